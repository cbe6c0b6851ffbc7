"""The appraiser's desk: what was declared, measured and judged, side by side."""
