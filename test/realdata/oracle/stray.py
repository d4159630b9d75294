"""Where a status cell of an invoice file has stray blanks: the numbers of the lines, the header being line 1. Usage: stray.py FILE ...; one list a file."""

import json
import sys

from records import rows_of


def main(*paths):
    lists = [[number for number, cells in enumerate(rows_of(path), start=2) if cells[-1] != cells[-1].strip()] for path in paths]
    json.dump(lists, sys.stdout)


main(*sys.argv[1:])
