"""What binds names besides assignments: `:=`."""

from __future__ import annotations

import gast

from tangent_ad.frontend.lowering import EXPRESSIONS, Lowering
from tangent_ad.frontend.statements import assign, named
from tangent_ad.frontend.trees import Do
from tangent_ad.ir.nodes import Atom


def lower_named_expr(low: Lowering, node: gast.NamedExpr) -> Atom:
    value = named(low, node.target, low.expression(node.value))
    assign(low, node.target, value)
    return value


def lower_do(low: Lowering, node: Do) -> Atom:
    low.statements(node.body)
    return low.expression(node.value)


EXPRESSIONS.update({gast.NamedExpr: lower_named_expr, Do: lower_do})
