// A chain in words and as JSON.
#include <algorithm>
#include <cmath>

#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "base/json.hpp"

namespace hindsight::explain {
namespace {

std::string point(const Chain& chain) {
  std::string text;
  for (const auto& [name, value] : chain.at)
    text += formatted("{}{} = {}", text.empty() ? "" : ", ", name, value);
  return text;
}

std::string variables(const Chain& chain) {
  std::string text;
  for (const auto& entry : chain.at) text += (text.empty() ? "" : ", ") + entry.first;
  return text;
}

// The sign of a NaN means nothing, and differs from machine to machine.
std::string number(double value) { return std::isnan(value) ? "nan" : formatted("{:.10g}", value); }

std::string bracketed(double value) { return value < 0 ? formatted("({})", number(value)) : number(value); }

std::size_t widest(const Chain& chain) {
  std::size_t width = 0;
  for (const Node& node : chain.nodes) width = std::max(width, node.name.size() + node.formula.size() + 3);
  return width;
}

std::string forward_pass(const Chain& chain) {
  std::string text = "Forward pass: each value, and how it changes with what it is made of\n";
  const std::size_t width = widest(chain);
  for (const Node& node : chain.nodes) {
    if (node.formula.empty() && !node.is_variable) continue;
    const std::string left = node.formula.empty() ? node.name : node.name + " = " + node.formula;
    text += formatted("  {:<{}}  = {:<12}", left, width, number(node.value));
    for (const Link& link : node.links)
      text += formatted("  d{}/d{} = {}{}", node.name, chain.nodes[link.input].name, link.derivative,
                        link.derivative == number(link.value) ? "" : " = " + number(link.value));
    while (text.back() == ' ') text.pop_back();
    text += '\n';
  }
  return text;
}

std::string backward_pass(const Chain& chain) {
  std::string text = "Backward pass: how the result changes with each value, from the result down\n";
  for (std::size_t i = chain.nodes.size(); i-- > 0;) {
    const Node& node = chain.nodes[i];
    if (node.links.empty() && !node.is_variable) continue;
    text += formatted("  d{}/d{} = {}\n", chain.result, node.name, number(node.gradient));
  }
  return text;
}

std::string along(const Chain& chain, const Path& path) {
  std::string symbols, numbers;
  for (const auto& [node, k] : path.links) {
    const Link& link = chain.nodes[node].links[k];
    symbols += formatted("{}d{}/d{}", symbols.empty() ? "" : " * ", chain.nodes[node].name,
                         chain.nodes[link.input].name);
    numbers += (numbers.empty() ? "" : " * ") + bracketed(link.value);
  }
  if (path.links.empty()) return "1";
  return formatted("{} = {} = {}", symbols, numbers, number(path.product));
}

std::string check(const Derivative& d) {
  if (!d.doubt.empty()) return formatted("could not be checked numerically: {}", d.doubt);
  if (d.agrees)
    return formatted("checked numerically: {} (difference {:.1e})", number(d.numerical), d.difference);
  return formatted(
      "numerically: {}, which does not agree (difference {:.1e}): there is a kink here, or a "
      "derivative is wrong",
      number(d.numerical), d.difference);
}

std::string derivative(const Chain& chain, const Derivative& d) {
  std::string text = formatted("Chain rule: d{}/d{} = {}\n", chain.result, d.variable, number(d.value));
  if (d.paths.size() == 1) text += formatted("  {}\n", along(chain, d.paths[0]));
  if (d.paths.size() > 1) {
    text +=
        formatted("  the sum over {} paths from {} down to {}:\n", d.paths.size(), chain.result, d.variable);
    for (const Path& path : d.paths) text += formatted("    {}\n", along(chain, path));
  }
  if (d.paths.empty() && d.value != 0)
    text += formatted("  the sum over more than {} paths\n", Derivative::most_paths);
  if (!d.formula.empty())
    text += formatted("  as a formula{}: d{}/d{} = {}\n", d.of_one_side ? ", on this side of a bend" : "",
                      chain.result, d.variable, d.formula);
  if (!d.term_by_term.empty())
    text += formatted("  checked by expanding: {} = {}, whose derivative term by term is {}\n", chain.result,
                      chain.expanded, d.term_by_term);
  return text + formatted("  {}\n", check(d));
}

}  // namespace

std::string to_text(const Chain& chain) {
  std::string text = formatted("{}({}) = {}", chain.result, variables(chain), chain.expression);
  text += chain.at.empty() ? "\n\n" : formatted("   at {}\n\n", point(chain));
  text += forward_pass(chain) + formatted("  {} = {}\n\n", chain.result, number(chain.value()));
  if (chain.at.empty()) return text;
  text += backward_pass(chain) + "\n";
  for (const Derivative& d : chain.derivatives) text += derivative(chain, d);
  return text;
}

std::string to_json(const Chain& chain) {
  Json json;
  json["expression"] = chain.expression;
  for (const auto& [name, value] : chain.at) json["at"][name] = value;
  json["value"] = chain.value();
  json["expanded"] = chain.expanded;
  json["nodes"] = Json::array();
  for (const Node& node : chain.nodes) {
    Json entry{{"name", node.name},   {"formula", node.formula},   {"words", node.words},
               {"value", node.value}, {"gradient", node.gradient}, {"links", Json::array()}};
    for (const Link& link : node.links)
      entry["links"].push_back(
          {{"input", link.input}, {"derivative", link.derivative}, {"value", link.value}});
    json["nodes"].push_back(entry);
  }
  json["derivatives"] = Json::object();
  for (const Derivative& d : chain.derivatives) {
    Json paths = Json::array();
    for (const Path& path : d.paths) {
      Json names = Json::array();
      for (const auto& [node, k] : path.links) names.push_back(chain.nodes[node].name);
      paths.push_back({{"through", names}, {"product", path.product}});
    }
    json["derivatives"][d.variable] = {{"value", d.value},
                                       {"numerical", d.numerical},
                                       {"difference", d.difference},
                                       {"agrees", d.agrees},
                                       {"doubt", d.doubt},
                                       {"formula", d.formula},
                                       {"term_by_term", d.term_by_term},
                                       {"paths", paths}};
  }
  return json.dump(2) + "\n";
}

}  // namespace hindsight::explain
