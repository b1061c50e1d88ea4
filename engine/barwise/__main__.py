"""`python -m barwise` is the command line."""

import sys

from barwise.cli import main

sys.exit(main())
