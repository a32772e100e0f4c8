// A chain in words and as JSON.
#include <algorithm>
#include <cmath>

#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "base/json_writer.hpp"
#include "readers/explain/words.hpp"

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

std::string bracketed(double value) { return value < 0 ? formatted("({})", number(value)) : number(value); }

std::size_t widest(const Chain& chain) {
  std::size_t width = 0;
  for (const Node& node : chain.nodes) width = std::max(width, node.name.size() + node.formula.size() + 3);
  return width;
}

std::string forward_pass(const Chain& chain) {
  std::string text = "Forward pass: each value, and how it changes with what it is made of\n";
  const std::size_t width = widest(chain), value_width = widest_value(chain);
  for (std::size_t i = 0; i < chain.nodes.size(); ++i) {
    const Node& node = chain.nodes[i];
    if (node.formula.empty() && !node.is_variable) continue;
    const std::string left = node.formula.empty() ? node.name : node.name + " = " + node.formula;
    text += formatted("  {:<{}}  = {:<{}}", left, width, number(node.value), value_width);
    for (std::size_t k = 0; k < node.links.size(); ++k)
      text += formatted("  {} = {}", ratio(chain, i, k), derivative_and_value(node.links[k]));
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
    symbols += (symbols.empty() ? "" : " * ") + ratio(chain, node, k);
    numbers += (numbers.empty() ? "" : " * ") + bracketed(chain.nodes[node].links[k].value);
  }
  if (path.links.empty()) return "1";
  if (path.links.size() == 1) return formatted("{} = {}", symbols, number(path.product));
  return formatted("{} = {} = {}", symbols, numbers, number(path.product));
}

/// Relative where the derivative is far from 1.
std::string difference(const Derivative& d) {
  const double size = std::abs(d.value);
  if (size == 0 || (size >= 1e-3 && size <= 1e3)) return formatted("difference {:.1e}", d.difference);
  return formatted("difference {:.1e}, relative {:.1e}", d.difference, d.difference / size);
}

std::string formula_line(const Chain& chain, const Derivative& d) {
  const std::string side = !d.of_one_side ? "" : d.bend.empty() ? ", on this side of a bend" : ", on a bend";
  if (!std::isfinite(d.value) && d.formula.empty()) return "";
  return d.formula.empty()
             ? "  as a formula: too long to be read\n"
             : formatted("  as a formula{}: d{}/d{} = {}\n", side, chain.result, d.variable, d.formula);
}

std::string derivative(const Chain& chain, const Derivative& d) {
  std::string text = formatted("Chain rule: d{}/d{} = {}{}\n", chain.result, d.variable, number(d.value),
                               d.is_rounding ? ", which is 0 within rounding" : "");
  if (d.paths.size() == 1) text += formatted("  {}\n", along(chain, d.paths[0]));
  if (d.paths.size() > 1) {
    text += formatted("  {}:\n", paths_words(chain, d));
    for (const Path& path : d.paths) text += formatted("    {}\n", along(chain, path));
    if (d.path_count > static_cast<double>(d.paths.size())) text += formatted("    {}\n", other_paths(d));
  }
  text += formula_line(chain, d);
  if (!d.term_by_term.empty())
    text += formatted("  checked by expanding: {} = {}, whose derivative term by term is {}\n", chain.result,
                      chain.expanded, d.term_by_term);
  return text + formatted("  {}\n", verdict(d));
}

}  // namespace

std::string number(double value) { return std::isnan(value) ? "nan" : formatted("{:.10g}", value); }

std::string ordinal(const Chain& chain, std::size_t node, std::size_t link) {
  static constexpr const char* ordinals[] = {"1st", "2nd", "3rd"};
  const std::vector<Link>& links = chain.nodes[node].links;
  const auto same = [input = links[link].input](const Link& other) { return other.input == input; };
  if (std::count_if(links.begin(), links.end(), same) == 1) return "";
  return ordinals[std::count_if(links.begin(), links.begin() + static_cast<std::ptrdiff_t>(link), same)];
}

std::string ratio(const Chain& chain, std::size_t node, std::size_t link) {
  const std::string which = ordinal(chain, node, link);
  const std::string& of = chain.nodes[chain.nodes[node].links[link].input].name;
  return formatted("d{}/d{}", chain.nodes[node].name, which.empty() ? of : formatted("({} {})", which, of));
}

std::string derivative_and_value(const Link& link) {
  const bool is_number = link.derivative.find_first_not_of("-+.e0123456789") == std::string::npos;
  return is_number ? number(link.value) : formatted("{} = {}", link.derivative, number(link.value));
}

std::size_t widest_value(const Chain& chain) {
  std::size_t width = 12;
  for (const Node& node : chain.nodes) width = std::max(width, number(node.value).size());
  return width;
}

double Derivative::rest() const {
  double sum = value;
  for (const Path& path : paths) sum -= path.product;
  return sum;
}

std::string paths_words(const Chain& chain, const Derivative& d) {
  const bool all = d.path_count <= static_cast<double>(d.paths.size());
  return formatted("the sum over {:.10g} paths from {} down to {}{}", d.path_count, chain.result, d.variable,
                   all ? "" : formatted(", the largest {} of them", d.paths.size()));
}

std::string other_paths(const Derivative& d) {
  const double others = d.path_count - static_cast<double>(d.paths.size());
  return formatted("the other {:.10g} path{}: {}", others, others == 1 ? "" : "s", number(d.rest()));
}

std::string verdict(const Derivative& d) {
  const std::string sides =
      formatted("the slope is {:.6g} on the left and {:.6g} on the right", d.left + 0.0, d.right + 0.0);
  if (!d.doubt.empty())
    return formatted("could not be checked numerically: {}{}", d.doubt, d.is_kink ? "; " + sides : "");
  if (d.is_kink)
    return formatted("a kink{}: {}; backpropagation gives {}",
                     d.bend.empty() ? " at or near this point" : formatted(", as {} bends here", d.bend),
                     sides, number(d.value));
  if (d.agrees) return formatted("checked numerically: {} ({})", number(d.numerical), difference(d));
  return formatted("numerically: {}, which does not agree ({}): {}", number(d.numerical), difference(d),
                   d.bend.empty() ? "there is a kink near, or a derivative is wrong"
                                  : d.bend + " bends here, and backpropagation takes one slope of it");
}

std::string to_text(const Chain& chain) {
  std::string text = formatted("{}({}) = {}", chain.result, variables(chain), chain.expression);
  text += chain.at.empty() ? "\n\n" : formatted("   at {}\n\n", point(chain));
  text += forward_pass(chain) + formatted("  {} = {}\n\n", chain.result, number(chain.value()));
  if (chain.at.empty()) return text;
  text += backward_pass(chain) + "\n";
  for (const Derivative& d : chain.derivatives) text += derivative(chain, d);
  return text;
}

namespace {

void write(JsonWriter& json, const Node& node) {
  json.object([&] {
    json.field("name", node.name);
    json.field("formula", node.formula);
    json.field("words", node.words);
    json.field("value", node.value);
    json.field("gradient", node.gradient);
    json.each("links", node.links, [&](const Link& link) {
      json.object([&] {
        json.field("input", link.input);
        json.field("derivative", link.derivative);
        json.field("value", link.value);
      });
    });
  });
}

void write(JsonWriter& json, const Derivative& d, const Chain& chain) {
  json.object([&] {
    json.field("value", d.value);
    json.field("numerical", d.numerical);
    json.field("difference", d.difference);
    json.field("agrees", d.agrees);
    json.field("doubt", d.doubt);
    json.key("kink");
    if (d.is_kink)
      json.object([&] {
        json.field("left", d.left);
        json.field("right", d.right);
      });
    else
      json.null();
    json.field("bend", d.bend);
    json.field("rounding", d.is_rounding);
    json.field("formula", d.formula);
    json.field("term_by_term", d.term_by_term);
    json.field("paths_in_all", d.path_count);
    json.each("paths", d.paths, [&](const Path& path) {
      json.object([&] {
        json.each("through", path.links, [&](const auto& link) { json.value(chain.nodes[link.first].name); });
        json.field("product", path.product);
      });
    });
  });
}

}  // namespace

std::string to_json(const Chain& chain) {
  JsonWriter json(2);
  json.object([&] {
    json.field("expression", chain.expression);
    json.key("at");
    json.object([&] {
      for (const auto& [name, value] : chain.at) json.field(name, value);
    });
    json.field("value", chain.value());
    json.field("expanded", chain.expanded);
    json.each("nodes", chain.nodes, [&](const Node& node) { write(json, node); });
    json.key("derivatives");
    json.object([&] {
      for (const Derivative& d : chain.derivatives) {
        json.key(d.variable);
        write(json, d, chain);
      }
    });
  });
  return std::move(json).text() + "\n";
}

}  // namespace hindsight::explain
