"""`python -m tangent_ad` is the command `tangent-ad`."""

import sys

from tangent_ad.cli import main

sys.exit(main())
