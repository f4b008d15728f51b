"""Maps of billing systems, on servers with tables of the real names and types."""
