#!/usr/bin/env python3
"""Plants the bugs of mutants.txt into copies of the sources: plant.py LIST SOURCE_ROOT OUTPUT_ROOT.

An expression e with a mutant m becomes (hindsight_mutant(7) ? (m) : (e)), a statement (it ends with a semicolon)
if (hindsight_mutant(7)) { m } else { e }. One build then holds every bug, and the variable HINDSIGHT_MUTANT wakes one.
Without OUTPUT_ROOT the mutants are listed. Needs Python 3.9 and nothing else.
"""
import re
import sys
from pathlib import Path


class Mutant:
    def __init__(self, number, family, path, original, replacement):
        self.number, self.family, self.path = number, family, path
        self.original, self.replacement = original, replacement


def read(list_file):
    """All mutants, in order."""
    mutants, family, path, original = [], "", "", ""
    for line in Path(list_file).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            family = line.strip("= ")
        elif line.startswith("@ "):
            path = line[2:].strip()
        elif line.startswith("- ") and path:
            original = line[2:]
        elif line.startswith("+ ") and path:
            mutants.append(Mutant(len(mutants) + 1, family, path, original, line[2:]))
    return mutants


def planted(text, path, mutants):
    """The source with its mutants in it. Each original must stand there exactly once."""
    originals = {}
    for mutant in mutants:
        originals.setdefault(mutant.original, []).append(mutant)
    places = []
    for original, those in originals.items():
        pattern = r"\s+".join(re.escape(word) for word in original.split())
        found = list(re.finditer(pattern, text))
        if len(found) != 1:
            raise SystemExit(f"{path}: '{original}' stands there {len(found)} times; mutants.txt must name one place")
        places.append((found[0].start(), found[0].end(), those))
    for start, end, those in sorted(places, key=lambda place: place[0], reverse=True):
        mixed = text[start:end]
        for mutant in those:
            if mutant.original.endswith(";"):
                mixed = f"if (hindsight_mutant({mutant.number})) {{ {mutant.replacement} }} else {{ {mixed} }}"
            elif mutant.original.startswith("{"):  # a list of arguments: each list is another type's
                mixed = f"hindsight_mutant({mutant.number}) ? Inputs{mutant.replacement} : Inputs{mixed}"
            else:
                mixed = f"(hindsight_mutant({mutant.number}) ? ({mutant.replacement}) : ({mixed}))"
        text = text[:start] + mixed + text[end:]
    # Mutants of rooms are written in operations, which a room need not use itself.
    operations = "#include <hindsight/ops.hpp>\n" if path.startswith("src/ops/") else ""
    return f'{operations}extern bool hindsight_mutant(int number);\n#line 1 "{path}"\n{text}'


def main():
    mutants = read(sys.argv[1])
    if len(sys.argv) < 4:
        for mutant in mutants:
            print(f"{mutant.number:3} {mutant.path}: {mutant.original}  ->  {mutant.replacement}")
        return
    root, output = Path(sys.argv[2]), Path(sys.argv[3])
    paths = {mutant.path for mutant in mutants}
    for copy in [*output.rglob("*.cpp"), *output.rglob("*.hpp")]:
        if copy.relative_to(output).as_posix() not in paths:  # of a list that is no more
            copy.unlink()
    for path in sorted(paths):
        text = planted((root / path).read_text(encoding="utf-8"), path, [m for m in mutants if m.path == path])
        target = output / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
