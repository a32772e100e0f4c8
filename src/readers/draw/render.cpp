// A drawing as DOT, SVG and JSON.
#include <algorithm>
#include <map>

#include <hindsight/draw.hpp>

#include "base/format.hpp"
#include "base/json.hpp"

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
  std::vector<std::string> lines{node.name + " " + node.shape.str(), "= " + node.value};
  if (!node.gradient.empty()) lines.push_back("grad " + node.gradient);
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

constexpr std::size_t box_width = 190, box_height = 52, gap = 24, row = box_height + 40;

std::size_t left(const Node& node) { return gap + node.column * (box_width + gap); }
std::size_t top(const Node& node) { return gap + node.layer * row; }

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
  for (const Arrow& arrow : drawing.arrows) text += formatted("  n{} -> n{};\n", arrow.from, arrow.to);
  return text + "}\n";
}

std::string to_svg(const Drawing& drawing) {
  std::size_t width = 0, height = 0;
  std::string text;
  for (const Arrow& arrow : drawing.arrows) {
    const Node &from = drawing.nodes[arrow.from], &to = drawing.nodes[arrow.to];
    text += formatted(
        "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"#888888\" marker-end=\"url(#arrow)\"/>\n",
        left(from) + box_width / 2, top(from) + box_height, left(to) + box_width / 2, top(to));
  }
  for (const Node& node : drawing.nodes) {
    width = std::max(width, left(node) + box_width + gap);
    height = std::max(height, top(node) + box_height + gap);
    text += formatted(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{}\" stroke=\"#444444\">"
        "<title>{}</title></rect>\n",
        left(node), top(node), box_width, box_height, fill(node), escaped(node.module, true));
    std::size_t line = 0;
    for (const std::string& words : lines_of(node))
      text += formatted("<text x=\"{}\" y=\"{}\">{}</text>\n", left(node) + 6, top(node) + 15 + 16 * line++,
                        escaped(words, true));
  }
  return formatted(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" "
             "font-family=\"sans-serif\" "
             "font-size=\"12\">\n<defs><marker id=\"arrow\" markerWidth=\"8\" markerHeight=\"8\" refX=\"7\" "
             "refY=\"4\" "
             "orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"#888888\"/></marker></defs>\n",
             width, height) +
         text + "</svg>\n";
}

std::string to_json(const Drawing& drawing) {
  Json nodes = Json::array(), arrows = Json::array(), groups = Json::array();
  for (const Node& node : drawing.nodes)
    nodes.push_back({{"name", node.name},
                     {"module", node.module},
                     {"shape", std::vector<std::int64_t>(node.shape.begin(), node.shape.end())},
                     {"value", node.value},
                     {"gradient", node.gradient},
                     {"leaf", node.is_leaf},
                     {"requires_grad", node.requires_grad},
                     {"layer", node.layer},
                     {"column", node.column}});
  for (const Arrow& arrow : drawing.arrows) arrows.push_back({{"from", arrow.from}, {"to", arrow.to}});
  for (const auto& [module, members] : groups_of(drawing))
    groups.push_back({{"module", module}, {"nodes", members}});
  return dump_json(Json{{"nodes", nodes}, {"arrows", arrows}, {"groups", groups}}) + "\n";
}

}  // namespace hindsight::draw
