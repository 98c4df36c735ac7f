"""What a report is made of: declared content, shown as HTML and plain text."""
