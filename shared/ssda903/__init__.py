"""The file format of the SSDA903 return: reading and writing the tables of one or many years, without a database."""
