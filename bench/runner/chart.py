"""The goals as one SVG picture: how far each measured value lies from its gate, on a logarithmic axis."""
import math
from xml.sax.saxutils import escape

from .goals import at_most, failed
from .report import cells

LEFT, RIGHT, WIDTH, LINE, TOP = 330, 190, 980, 26, 84
GOOD, BAD, INK, PALE = "#2a7f62", "#c0392b", "#222222", "#d9d9d9"


def over_gate(row, value):
    """How many times better than the gate; 1 is the gate."""
    value = max(value, 1e-9)
    return row["gate"] / value if at_most(row) else value / row["gate"]


def position(ratio, low, high):
    share = (math.log10(ratio) - math.log10(low)) / (math.log10(high) - math.log10(low))
    return LEFT + min(1, max(0, share)) * (WIDTH - LEFT - RIGHT)


def text(x, y, words, anchor="start", color=INK, size=13, weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" font-size="{size}" font-weight="{weight}">{escape(words)}</text>'


def line(x1, y1, x2, y2, color, width, dash=""):
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"{dashes}/>'


def bar(row, y, low, high):
    """The value as a bar from the gate, its worst round as a tick, the aim as a diamond."""
    color = BAD if failed(row) else GOOD
    name, measure, measured, _, gate, aim, _ = cells(row)
    shapes = [text(LEFT - 12, y + 2, name, "end"), text(LEFT - 12, y + 12, measure, "end", "#777777", 9)]
    if row["value"] is None:
        return shapes + [text(WIDTH - RIGHT + 12, y + 5, "not measured", color=BAD)]
    zero, end = (position(r, low, high) for r in (1, over_gate(row, row["value"])))
    worst = position(over_gate(row, row["worst"]), low, high)
    shapes.append(f'<rect x="{min(zero, end):.1f}" y="{y - 6}" width="{max(1, abs(end - zero)):.1f}" height="13" fill="{color}"/>')
    shapes.append(line(worst, y - 9, worst, y + 10, INK, 1.5))
    if "aim" in row:
        at = position(over_gate(row, row["aim"]), low, high)
        shapes.append(f'<path d="M {at:.1f} {y - 6} l 6 6.5 l -6 6.5 l -6 -6.5 z" fill="white" stroke="{INK}" stroke-width="1.2"/>')
    goal = f"  gate {gate}" + (f", aim {aim}" if "aim" in row else "")
    return shapes + [text(WIDTH - RIGHT + 12, y + 2, measured, color=color, weight="bold"), text(WIDTH - RIGHT + 12, y + 12, goal.strip(), color="#777777", size=9)]


def ticks(low, high):
    wanted = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
    inside = [t for t in wanted if low <= t <= high]
    return inside if len(inside) < 8 else [t for t in inside if f"{t:g}".strip("0.") == "1"]


def chart(rows, caption):
    rows = [row for row in rows if row["verdict"] != "not asked for"]
    found = [over_gate(row, row[key]) for row in rows if row["value"] is not None for key in ("value", "worst")]
    found += [over_gate(row, row["aim"]) for row in rows if "aim" in row]
    # Beyond a factor of 1,000 a bar just ends at the edge: the number beside it tells.
    low, high = max(1e-3, 0.9 * min([0.5, *found])), min(1e3, 1.1 * max([2, *found]))
    bottom = TOP + LINE * len(rows)
    shapes = [text(20, 30, "Hindsight against its gates", size=18, weight="bold"), text(20, 50, caption, color="#555555", size=11),
              text(20, bottom + 40, "Bar: median of the rounds' ratios over the gate. Tick: the worst round. Diamond: the aim.", color="#555555", size=11)]
    for tick in ticks(low, high):
        x = position(tick, low, high)
        shapes += [line(x, TOP - 12, x, bottom, INK if tick == 1 else PALE, 1.5 if tick == 1 else 1),
                   text(x, TOP - 18, "gate" if tick == 1 else f"{tick:g}x", "middle", size=11)]
    for i, row in enumerate(rows):
        shapes += bar(row, TOP + LINE * i + LINE // 2, low, high)
    size = f'width="{WIDTH}" height="{bottom + 56}" viewBox="0 0 {WIDTH} {bottom + 56}"'
    body = "\n".join(shapes)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="DejaVu Sans, sans-serif">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n')
