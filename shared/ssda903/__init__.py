"""The file format of the SSDA903 return: reading Header and Episodes of one or many years, without a database."""
