"""Measures how the code is built: sizes, comments, imports, cycles. Prints one figure a line; needs nothing installed.

    python scripts/structure.py [FOLDER]      the package by default

What each figure means stands beside it. docs/explanation/architecture.md says what we aim at.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
SMALL = 70
"""Lines below which a file with one importer is probably half a file."""
PRAGMA = re.compile(r"#\s*(?:noqa|type:|pyright:|fmt:|ruff:|pragma)")


@dataclass(frozen=True)
class Module:
    """One file, read once."""

    name: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def read(folder: Path) -> list[Module]:
    """Every module below the folder, migrations left out: those are lists of changes in one function each."""
    found: list[Module] = []
    for path in sorted(folder.rglob("*.py")):
        if "versions" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        name = ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
        found.append(Module(name, text, ast.parse(text)))
    return found


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is nothing but a string: a docstring, or what stands under a constant."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def comments(module: Module) -> tuple[int, int]:
    """Lines that begin with `#`, and lines of strings that explain a module, a constant or a field."""
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    marked = sum(token.type == tokenize.COMMENT and not PRAGMA.match(token.string) for token in tokens)
    explained = 0
    for owner in (module.tree, *(node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))):
        for place, node in enumerate(owner.body):
            is_text = (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            )
            if is_text and (place > 0 or owner is module.tree):
                explained += (node.end_lineno or node.lineno) - node.lineno + 1
    return marked, explained


def lazy(module: Module) -> int:
    """Imports inside functions."""
    return sum(isinstance(node, ast.Import | ast.ImportFrom) for f in module.functions for node in ast.walk(f))


def import_lines(module: Module) -> int:
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in module.imports)


def graph(modules: list[Module]) -> dict[str, set[str]]:
    """Who imports whom at the top of a file, among these modules."""
    known = {module.name for module in modules}
    edges: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for node in module.imports:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    edges[module.name].add(inner if inner in known else node.module)
            else:
                edges[module.name].update(alias.name for alias in node.names)
        edges[module.name] &= known - {module.name}
    return edges


def cycles(edges: dict[str, set[str]]) -> int:
    """How many groups of modules import each other in a circle (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = 0

    def visit(node: str) -> None:
        nonlocal found
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            found += len(group) > 1

    sys.setrecursionlimit(10_000)
    for node in list(edges):
        if node not in index:
            visit(node)
    return found


def used_once(modules: list[Module]) -> int:
    """Functions of one statement on one line that are named once besides their definition, in a call: often better
    inlined. What is handed on by name (endpoints, tools) can't be.
    """
    nodes = [node for module in modules for node in ast.walk(module.tree)]
    names = Counter(_named(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute))
    called = {_named(node.func) for node in nodes if isinstance(node, ast.Call)}
    count = 0
    for module in modules:
        for function in module.functions:
            body = [node for node in function.body if not is_text(node)]
            short = len(body) == 1 and isinstance(body[0], ast.Return) and body[0].lineno == body[0].end_lineno
            once = names[function.name] == 1 and function.name in called
            count += short and once and not function.decorator_list
    return count


def _named(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def main(arguments: list[str]) -> int:
    modules = read(Path(arguments[0]).resolve() if arguments else ROOT / "clone_mcp")
    lines = sum(module.lines for module in modules)
    sizes = sorted((f.end_lineno or f.lineno) - f.lineno + 1 for module in modules for f in module.functions)
    marked, explained = (sum(each) for each in zip(*map(comments, modules), strict=True))
    edges = graph(modules)
    importers = Counter(target for targets in edges.values() for target in targets)
    lonely = [m.name for m in modules if m.lines < SMALL and importers[m.name] == 1]
    print(f"{len(modules)} files, {lines:,} lines; the longest file has {max(m.lines for m in modules)}")
    print(
        f"functions: {median(sizes):.0f} lines median, {sizes[int(len(sizes) * 0.95)]} at 95 %, {sizes[-1]} the longest"
    )
    print(f"comments: {100 * marked / lines:.1f} lines per 100 that begin with #")
    both = 100 * (marked + explained) / lines
    print(f"comments: {both:.1f} lines per 100 with strings that explain a module, constant or field")
    print(f"imports: {100 * sum(map(import_lines, modules)) / lines:.1f} % of lines")
    print(f"imports inside functions: {sum(map(lazy, modules))}")
    print(f"one-line functions used once: {used_once(modules)}")
    print(f"files under {SMALL} lines with a single importer: {len(lonely)}")
    print(f"import cycles: {cycles(edges)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
