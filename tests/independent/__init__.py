"""A second opinion on every figure of children in care: counted from the CSV files of a return alone, slowly and plainly.

It shares no line of arithmetic with the product, only the map of postcodes, so that two people would have to make the
same mistake. `episodes` reads, `care` says what a period and a placement are, `counts` counts.
"""
