"""The NumPy backend: passes from IR to IR that make large arrays and scalar loops fast, in plain NumPy source.

- `vectorise`: loops whose turns do not depend on each other become array expressions. Its parts, from what is known of
  integers up to whole loops: `linear`, `space`, `indices`, `twins`, `windows`, `lift`, `axes`, `carried`, `turns`,
  `choices`.
- `blocks`: runs of elementwise operations on large arrays are computed block by block (`regions` finds them).
"""

from tangent_ad.backend.options import Backend

__all__ = ["Backend"]
