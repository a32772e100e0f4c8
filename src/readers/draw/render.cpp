// A drawing as DOT, SVG and JSON.
#include <algorithm>
#include <map>

#include <hindsight/draw.hpp>

#include "base/characters.hpp"
#include "base/format.hpp"
#include "base/json_writer.hpp"
#include "base/xml.hpp"
#include "readers/draw/layout.hpp"

namespace hindsight::draw {
namespace {

std::string dot_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::vector<std::string> lines_of(const Node& node) {
  std::vector<std::string> lines{node.name + " " + node.shape.str()};
  if (!node.attributes.empty()) lines.push_back(node.attributes);
  lines.push_back("= " + node.value);
  if (!node.gradient.empty()) lines.push_back("grad " + node.gradient);
  if (!node.gradient_of.empty()) lines.push_back("the gradient by " + node.gradient_of);
  return lines;
}

/// Modules in the order of their first node; nodes outside modules are in none.
std::vector<std::pair<std::string, std::vector<std::size_t>>> groups_of(const Drawing& drawing) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> groups;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    const std::string& module = drawing.nodes[i].module;
    if (module.empty()) continue;
    if (place.emplace(module, groups.size()).second) groups.push_back({module, {}});
    groups[place.at(module)].second.push_back(i);
  }
  return groups;
}

const char* fill(const Node& node) {
  return !node.is_leaf ? "#ffffff" : node.requires_grad ? "#dbe9f6" : "#eeeeee";
}

constexpr double line_height = 16, character = 6.9, padding = 7;

double width_of(const std::vector<std::string>& lines) {
  std::size_t longest = 0;
  for (const std::string& line : lines) longest = std::max(longest, characters(line));
  return character * static_cast<double>(longest) + 2 * padding;
}

/// From bend to bend, leaving and arriving upright.
std::string path(const std::vector<Point>& way) {
  std::string d = formatted("M{:.0f},{:.0f}", way[0].x, way[0].y);
  for (std::size_t i = 1; i < way.size(); ++i) {
    const Point &a = way[i - 1], &b = way[i];
    const double middle = (a.y + b.y) / 2;
    d += formatted(" C{:.0f},{:.0f} {:.0f},{:.0f} {:.0f},{:.0f}", a.x, middle, b.x, middle, b.x, b.y);
  }
  return d;
}

/// Which of several inputs an arrow is, counted from 1.
std::string place_of(const Arrow& arrow) { return arrow.inputs > 1 ? formatted("{}", arrow.input + 1) : ""; }

/// A node as a box, with its module in the upper right corner.
std::string boxed(const Node& node, const Layout::Box& box) {
  std::string text = formatted(
      "<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"4\" fill=\"{}\" "
      "stroke=\"#444444\"/>\n",
      box.left, box.top, box.width, box.height, fill(node));
  double baseline = box.top;
  for (const std::string& words : lines_of(node))
    text += formatted("<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", box.left + padding,
                      baseline += line_height, xml_escaped(words));
  if (node.module.empty()) return text;
  return text + formatted("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\" fill=\"#9a6a00\">{}</text>\n",
                          box.left + box.width - padding, box.top + line_height, xml_escaped(node.module));
}

void write(JsonWriter& json, const Node& node) {
  json.object([&] {
    json.field("name", node.name);
    json.field("module", node.module);
    json.each("shape", node.shape, [&](std::int64_t length) { json.value(length); });
    json.field("attributes", node.attributes);
    json.field("value", node.value);
    json.field("gradient", node.gradient);
    json.field("values", node.values);
    json.field("gradients", node.gradients);
    json.field("gradient_of", node.gradient_of);
    json.field("leaf", node.is_leaf);
    json.field("requires_grad", node.requires_grad);
    json.field("layer", node.layer);
  });
}

}  // namespace

std::string to_dot(const Drawing& drawing) {
  std::string text = "digraph hindsight {\n  node [shape=box, style=filled, fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i)
    text += formatted(
        "  n{} [label=\"{}\", fillcolor=\"{}\"];\n", i,
        [&] {
          std::string label;
          for (const std::string& line : lines_of(drawing.nodes[i]))
            label += (label.empty() ? "" : "\\n") + dot_escaped(line);
          return label;
        }(),
        fill(drawing.nodes[i]));
  std::size_t count = 0;
  for (const auto& [module, nodes] : groups_of(drawing)) {
    text += formatted("  subgraph cluster_{} {{ label=\"{}\";", count++, dot_escaped(module));
    for (const std::size_t node : nodes) text += formatted(" n{};", node);
    text += " }\n";
  }
  for (const Arrow& arrow : drawing.arrows) {
    const std::string place = place_of(arrow);
    text += formatted("  n{} -> n{}{};\n", arrow.from, arrow.to,
                      place.empty() ? "" : formatted(" [headlabel=\"{}\"]", place));
  }
  return text + "}\n";
}

std::string to_svg(const Drawing& drawing) {
  std::vector<double> widths;
  std::size_t most = 0;
  for (const Node& node : drawing.nodes) {
    auto lines = lines_of(node);
    most = std::max(most, lines.size());
    lines[0] += "  " + node.module;
    widths.push_back(width_of(lines));
  }
  const Layout layout = lay_out(drawing, widths, line_height * static_cast<double>(most) + padding);
  std::string text = formatted(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0f}\" height=\"{:.0f}\" "
      "font-family=\"sans-serif\" "
      "font-size=\"12\">\n<defs><marker id=\"arrow\" markerWidth=\"8\" markerHeight=\"8\" refX=\"7\" "
      "refY=\"4\" "
      "orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"#888888\"/></marker></defs>\n",
      layout.width, layout.height);
  for (std::size_t i = 0; i < layout.ways.size(); ++i) {
    const std::vector<Point>& way = layout.ways[i];
    text += formatted("<path d=\"{}\" fill=\"none\" stroke=\"#888888\" marker-end=\"url(#arrow)\"/>\n",
                      path(way));
    if (const std::string place = place_of(drawing.arrows[i]); !place.empty())
      text += formatted("<text x=\"{:.0f}\" y=\"{:.0f}\" font-size=\"9\" fill=\"#666666\">{}</text>\n",
                        way.back().x + 5, way.back().y - 4, place);
  }
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) text += boxed(drawing.nodes[i], layout.boxes[i]);
  return text + "</svg>\n";
}

std::string to_json(const Drawing& drawing) {
  JsonWriter json;
  json.object([&] {
    json.each("nodes", drawing.nodes, [&](const Node& node) { write(json, node); });
    json.each("arrows", drawing.arrows, [&](const Arrow& arrow) {
      json.object([&] {
        json.field("from", arrow.from);
        json.field("to", arrow.to);
        json.field("input", arrow.input);
      });
    });
    json.each("groups", groups_of(drawing), [&](const auto& group) {
      json.object([&] {
        json.field("module", group.first);
        json.field("nodes", group.second);
      });
    });
  });
  return std::move(json).text() + "\n";
}

}  // namespace hindsight::draw
