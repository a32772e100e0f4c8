"""What people read: a table a job, then measured / gate / aim / verdict, as text and as Markdown for docs/performance.md."""
import statistics

from .goals import failed

UNITS = {"times": "x", "percent of peak": " %", "cost": "x", "points of accuracy apart": " points"}


def short(value):
    return "-" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def job_table(result):
    """Median and least microseconds of everybody, and how the first entrant compares: theirs / ours, median and least."""
    lines = [f"\n{result.job.name}: {result.job.title} ({len(result.rounds)} rounds)"]
    labels = result.labels()
    ours = result.job.entrants[0].label
    with_peak = any("peak" in r for r in result.rounds)
    lines.append(f"  {'':24}{'median us':>12}{'least us':>12}{'ratio':>9}{'least':>9}{'% of peak':>11}")
    for label in labels:
        us, ratios = result.us(label), result.ratios(ours, label)
        line = f"  {label:24}{short(statistics.median(us)):>12}{short(min(us)):>12}"
        line += f"{short(statistics.median(ratios)):>9}{short(min(ratios)):>9}" if label != ours and ratios else f"{'':18}"
        lines.append((line + (f"{statistics.median(result.percents(label)):11.1f}" if with_peak else "")).rstrip())
        if "accuracy" in result.samples(label)[-1]:
            lines[-1] += f"   accuracy {100 * result.samples(label)[-1]['accuracy']:.2f} %"
    if with_peak:
        peaks = [r["peak"] for r in result.rounds]
        lines.append(f"  {'FMA peak':24}{statistics.median(peaks):10.1f} GFLOP/s")
    lines += [f"  {label:24}  MISSING: {reason}" for label, reason in result.absent.items()]
    return "\n".join(lines)


def cells(row):
    unit, sign = UNITS[row["measure"]], "<= " if row["measure"] in ("cost", "points of accuracy apart") else ""
    what = f"{row['measure']}, {row['over']}" if row.get("over") else row["measure"]
    against = row.get("against", "peak")
    measured = "-" if row["value"] is None else short(row["value"]) + unit
    return [row["row"], f"{what} / {against}", measured, short(row["worst"]), sign + short(row["gate"]),
            sign + short(row["aim"]) if "aim" in row else "-", row["verdict"] + (f" ({row['note']})" if row["note"] else "")]


HEADS = ["row", "measure / against", "measured", "worst round", "gate", "aim", "verdict"]


def goals_table(rows):
    table = [HEADS, *map(cells, rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADS) - 1)]
    return "\n".join("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths)), line[-1]]).rstrip() for line in table)


def about(machine, results):
    """The machine, and every peer's version and settings."""
    lines = [f"{name}: {value}" for name, value in machine.items()]
    seen = {}
    for result in results:
        for label, told in result.about.items():
            if not label.startswith("Hindsight"):
                seen.setdefault(label, told.get("settings", ""))
    return "\n".join(lines + [f"{label}: {settings}" for label, settings in seen.items()])


def markdown(machine, rows, results, command):
    table = [HEADS, ["---"] * len(HEADS), *[cells(row) for row in rows if row["verdict"] != "not asked for"]]
    lines = ["| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in table]
    return "\n".join([f"`{command}`", "", *lines, "", "```text", about(machine, results), "```", ""])


def summary(machine, rows):
    """The rows that say how many times as fast, and what falls short, for the README."""
    judged = [row for row in rows if row["value"] is not None]
    table = [["job", "against", "times as fast (median, worst round)"], ["---"] * 3]
    for row in judged:
        if row["measure"].startswith("times"):
            name = f"{row['row']}: {row['over']}" if row.get("over") else row["row"]
            table.append([name, row.get("against", "peak"), f"{short(row['value'])}, {short(row['worst'])}"])
    short_of = [row["row"] + " (" + cells(row)[2] + ", goal " + cells(row)[4] + ")" for row in judged if failed(row)]
    lines = ["| " + " | ".join(line) + " |" for line in table]
    return "\n".join([f"On one core of {machine['processor']}, FMA peak {machine['FMA peak of one core, float32, GFLOP/s']} GFLOP/s, "
                      f"{machine['date'][:10]}:", "", *lines, "", f"Of {len(judged)} goals, {len(short_of)} are not reached: "
                      + "; ".join(short_of) + ".", ""])


def write_into(path, text, begin="<!-- measured -->\n", end="<!-- end of measured -->"):
    """Replaces what stands between the two marks of the page."""
    before, rest = path.read_text().split(begin)
    path.write_text(before + begin + text + end + rest.split(end)[1])
