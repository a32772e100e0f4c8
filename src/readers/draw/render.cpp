// A drawing as DOT, SVG and JSON.
#include <algorithm>
#include <map>

#include <hindsight/draw.hpp>

#include "base/characters.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "readers/draw/layout.hpp"

namespace hindsight::draw {
namespace {

std::string escaped(const std::string& text, bool xml) {
  std::string result;
  for (const char c : text) {
    if (xml && c == '<')
      result += "&lt;";
    else if (xml && c == '>')
      result += "&gt;";
    else if (xml && c == '&')
      result += "&amp;";
    else if (xml && c == '"')
      result += "&quot;";
    else if (!xml && (c == '"' || c == '\\'))
      result += std::string("\\") + c;
    else
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
                      baseline += line_height, escaped(words, true));
  if (node.module.empty()) return text;
  return text + formatted("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\" fill=\"#9a6a00\">{}</text>\n",
                          box.left + box.width - padding, box.top + line_height, escaped(node.module, true));
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
            label += (label.empty() ? "" : "\\n") + escaped(line, false);
          return label;
        }(),
        fill(drawing.nodes[i]));
  std::size_t count = 0;
  for (const auto& [module, nodes] : groups_of(drawing)) {
    text += formatted("  subgraph cluster_{} {{ label=\"{}\";", count++, escaped(module, false));
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
  Json nodes = Json::array(), arrows = Json::array(), groups = Json::array();
  for (const Node& node : drawing.nodes)
    nodes.push_back({{"name", node.name},
                     {"module", node.module},
                     {"shape", std::vector<std::int64_t>(node.shape.begin(), node.shape.end())},
                     {"attributes", node.attributes},
                     {"value", node.value},
                     {"gradient", node.gradient},
                     {"gradient_of", node.gradient_of},
                     {"leaf", node.is_leaf},
                     {"requires_grad", node.requires_grad},
                     {"layer", node.layer}});
  for (const Arrow& arrow : drawing.arrows)
    arrows.push_back({{"from", arrow.from}, {"to", arrow.to}, {"input", arrow.input}});
  for (const auto& [module, members] : groups_of(drawing))
    groups.push_back({{"module", module}, {"nodes", members}});
  return dump_json(Json{{"nodes", nodes}, {"arrows", arrows}, {"groups", groups}}) + "\n";
}

}  // namespace hindsight::draw
