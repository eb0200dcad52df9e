"""Files of rows, as spreadsheets and other tools write and read them."""
