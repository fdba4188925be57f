"""Receipt printers: the layout of a paper, its ESC/POS bytes, and whether it came out."""
