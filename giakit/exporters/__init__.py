"""nbconvert exporters: an executed notebook's declared content as HTML and PDF."""
