"""Runs a model file on a table with nothing but Python's standard library, as an independent reading of the format:
predict_by_hand.py MODEL.safetensors TABLE.csv prints the predicted class of each row, one a line."""
import csv
import json
import struct
import sys

content = open(sys.argv[1], "rb").read()
(length,) = struct.unpack("<Q", content[:8])
header = json.loads(content[8 : 8 + length])
facts = {key: json.loads(value) if value[:1] == "[" else value for key, value in header.pop("__metadata__").items()}


def numbers(name):
    begin, end = (8 + length + offset for offset in header[name]["data_offsets"])
    return struct.unpack(f"<{(end - begin) // 4}f", content[begin:end])


def linear(i, x):
    rows, columns = header[f"{i}.weight"]["shape"]
    weight, bias = numbers(f"{i}.weight"), numbers(f"{i}.bias")
    return [sum(w * v for w, v in zip(weight[r * columns : (r + 1) * columns], x)) + bias[r] for r in range(rows)]


for row in csv.DictReader(open(sys.argv[2])):
    x = [(float(row[name]) - mean) / std for name, mean, std in zip(facts["features"], facts["mean"], facts["std"])]
    for i, layer in enumerate(facts["architecture"]):
        x = linear(i, x) if layer["type"] == "Linear" else [max(0.0, v) for v in x]
    print(facts["classes"][int(x[0] > 0) if len(x) == 1 else x.index(max(x))])
