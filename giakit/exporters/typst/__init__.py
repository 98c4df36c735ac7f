"""The printed page: the declared content set by Typst after the templates beside this module, and made accessible."""
