"""What all pages share: layout, style sheet, words, formats, chart, CSV. Server-rendered, readable without a script."""
