// Sums of products. Numbers and named leaves are what they are; an operation whose text is a sum, a
// difference, a product, a quotient or a power of its inputs is calculated; any other operation is an atom,
// written by its text.
#include "readers/explain/algebra.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

constexpr std::size_t most_terms = 40, most_characters = 600;

/// What is not calculated with: a variable, a call, or a formula that a factor has brackets around.
struct Atom {
  std::string text;
  Binding binding = Binding::call;

  bool is_variable() const {
    return std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
  }
  /// Variables, then calls, then the others: 2x*sin(x)*(1 - x).
  int kind() const { return binding != Binding::call ? 2 : is_variable() ? 0 : 1; }
  bool operator<(const Atom& other) const {
    return kind() != other.kind() ? kind() < other.kind() : text < other.text;
  }
};

/// atom → exponent: x^2 * sin(y).
using Monomial = std::map<Atom, double>;
/// monomial → coefficient.
using Sum = std::map<Monomial, double>;

struct Unwritable {};  // too long to be read, or beyond the largest number

bool is_whole(double x) { return x == std::floor(x) && std::abs(x) < 1e9; }
Sum number(double value) { return value == 0 ? Sum{} : Sum{{{}, value}}; }
Sum atom(Atom of, double exponent = 1) {
  if (of.text.size() > most_characters) throw Unwritable();
  return {{{{std::move(of), exponent}}, 1.0}};
}

/// Adds, and says whether they cancel: 0.1 + 0.2 - 0.3 leaves 6e-17, which is the rounding of these.
bool cancels(double& sum, double term) {
  const double larger = std::max(std::abs(sum), std::abs(term));
  sum += term;
  if (!std::isfinite(sum)) throw Unwritable();
  return std::abs(sum) <= 4 * std::numeric_limits<double>::epsilon() * larger;
}

void add(Sum& sum, const Monomial& monomial, double coefficient) {
  const auto [entry, is_new] = sum.try_emplace(monomial, 0.0);
  if (cancels(entry->second, coefficient)) sum.erase(entry);
  if (sum.size() > most_terms) throw Unwritable();
}

Sum plus(Sum a, const Sum& b, double sign = 1) {
  for (const auto& [monomial, coefficient] : b) add(a, monomial, sign * coefficient);
  return a;
}

Monomial times(Monomial a, const Monomial& b, double power = 1) {
  for (const auto& [factor, exponent] : b)
    if (cancels(a[factor], power * exponent)) a.erase(factor);
  return a;
}

Sum distributed(const Sum& a, const Sum& b) {
  Sum product;
  for (const auto& [left, c] : a)
    for (const auto& [right, d] : b) add(product, times(left, right), c * d);
  return product;
}

// ---- Writing ----

double degree(const Monomial& monomial) {
  double sum = 0;
  for (const auto& [factor, exponent] : monomial) sum += exponent;
  return sum;
}

/// x^2 before x*y before y^2.
bool is_before(const Monomial& a, const Monomial& b) {
  auto left = a.begin(), right = b.begin();
  for (; left != a.end() && right != b.end(); ++left, ++right) {
    if (left->first < right->first || right->first < left->first) return left->first < right->first;
    if (left->second != right->second) return left->second > right->second;
  }
  return left != a.end();
}

bool is_polynomial(const Sum& sum) {
  return std::all_of(sum.begin(), sum.end(), [](const auto& term) {
    return std::all_of(term.first.begin(), term.first.end(), [](const auto& factor) {
      return factor.first.is_variable() && is_whole(factor.second) && factor.second > 0;
    });
  });
}

/// n of a coefficient 1/n that is better written as a divisor: 3, 6, 200, but not 0.5; 1 where there is none.
double divisor_of(double coefficient) {
  const double n = std::round(1 / coefficient);
  return n >= 3 && n < 1e9 && std::abs(n * coefficient - 1) < 1e-14 ? n : 1;
}

/// An atom within a product.
std::string power_text(const Atom& base, double exponent) {
  const bool bare = exponent == 1 ? base.binding >= Binding::power : base.binding == Binding::call;
  const std::string text = bare ? base.text : formatted("({})", base.text);
  return exponent == 1 ? text : formatted("{}^{:.14g}", text, exponent);
}

/// A coefficient above 0 with its monomial: "18x", "2*sin(x)/x^2".
std::string term_text(const Monomial& monomial, double coefficient) {
  std::string above, below;
  int divisors = 0;
  for (const auto& [factor, exponent] : monomial) {
    std::string& side = exponent > 0 ? above : below;
    divisors += exponent < 0;
    side += (side.empty() ? "" : "*") + power_text(factor, std::abs(exponent));
  }
  if (const double n = divisor_of(coefficient); n > 1 && !above.empty()) {
    coefficient = 1;
    below += (divisors++ ? "*" : "") + formatted("{:.0f}", n);
  }
  std::string result = above;
  if (above.empty() || coefficient != 1) {
    const std::string digits = formatted("{:.14g}", coefficient);
    // 2e would be read as a number of its own, and 2(x + 1) looks like a call beside f(x + 1).
    const std::string first = above.substr(0, above.find_first_of("^*"));
    const bool beside = first.size() == 1 && first >= "A" && first != "e" && first != "E" &&
                        digits.find('e') == std::string::npos;
    result = digits + (above.empty() || beside ? "" : "*") + above;
  }
  if (divisors > 0) result += divisors > 1 ? formatted("/({})", below) : "/" + below;
  return result;
}

std::string sum_text(const Sum& sum) {
  if (sum.empty()) return "0";
  std::vector<std::pair<Monomial, double>> terms(sum.begin(), sum.end());
  const bool falling = is_polynomial(sum);  // 9x^2 + 6x + 1, but 1 - tanh(x)^2
  std::stable_sort(terms.begin(), terms.end(), [falling](const auto& a, const auto& b) {
    const double left = degree(a.first), right = degree(b.first);
    if (left != right) return falling ? left > right : left < right;
    return falling && is_before(a.first, b.first);
  });
  // A sum does not begin with a minus where another term can come first.
  const auto positive = std::find_if(terms.begin(), terms.end(), [](const auto& t) { return t.second > 0; });
  if (terms[0].second < 0 && positive != terms.end()) std::rotate(terms.begin(), positive, positive + 1);
  std::string text;
  for (const auto& [monomial, coefficient] : terms) {
    text += text.empty() ? (coefficient < 0 ? "-" : "") : (coefficient < 0 ? " - " : " + ");
    text += term_text(monomial, std::abs(coefficient));
    if (text.size() > most_characters) throw Unwritable();
  }
  return text;
}

/// What all terms have in common, when it is more than variables: w*s - w*s^2 is w*s*(1 - s).
Monomial common_factor(const Sum& sum) {
  if (sum.size() < 2 || is_polynomial(sum)) return {};
  Monomial common = sum.begin()->first;
  for (const auto& [monomial, coefficient] : sum)
    for (auto factor = common.begin(); factor != common.end();) {
      const auto found = monomial.find(factor->first);
      const bool shared = found != monomial.end() && found->second * factor->second > 0;
      if (shared && std::abs(found->second) < std::abs(factor->second)) factor->second = found->second;
      factor = shared ? std::next(factor) : common.erase(factor);
    }
  const bool more =
      std::any_of(common.begin(), common.end(), [](const auto& f) { return !f.first.is_variable(); });
  return more ? common : Monomial();
}

/// A number, an atom, a power or a product.
Written written_term(const Monomial& monomial, double coefficient) {
  if (monomial.size() == 1 && coefficient == 1 && monomial.begin()->second == 1)
    return {monomial.begin()->first.text, monomial.begin()->first.binding};
  const std::string text = sum_text({{monomial, coefficient}});
  if (coefficient < 0) return {text, monomial.empty() ? Binding::sign : Binding::sum};
  if (monomial.empty()) return {text, Binding::call};
  const bool is_power = monomial.size() == 1 && coefficient == 1 && monomial.begin()->second > 0;
  return {text, is_power ? Binding::power : Binding::product};
}

Written written_sum(const Sum& sum) {
  if (sum.empty()) return {"0"};
  if (sum.size() == 1) return written_term(sum.begin()->first, sum.begin()->second);
  const Monomial common = common_factor(sum);
  // 2s - 2s^2 is 2*s*(1 - s), and p/200 - y/200 is (p - y)/200.
  const double size = std::abs(sum.begin()->second);
  const bool same =
      std::all_of(sum.begin(), sum.end(), [size](const auto& term) { return std::abs(term.second) == size; });
  if (common.empty() && !(same && divisor_of(size) > 1)) return {sum_text(sum), Binding::sum};
  Sum rest;
  for (const auto& [monomial, coefficient] : sum)
    rest[times(monomial, common, -1)] = same ? coefficient / size : coefficient;
  const Monomial product = times(common, {{{sum_text(rest), Binding::sum}, 1.0}});
  return {term_text(product, same ? size : 1), Binding::product};
}

// ---- Reading a graph ----

class Reading {
 public:
  Reading(bool expand, const Names& names, std::vector<std::string>* here)
      : expand_(expand), names_(names), here_(here) {}

  /// Nodes in the order of their computation: no recursion, however long a chain is.
  Sum of(const Tensor& node) {
    for (const auto& [id, part] : down_to_names(node, names_)) {
      const auto name = part.is(node) && !part.is_leaf() ? names_.end() : names_.find(id);
      const bool is_named = name != names_.end();
      Shape shape = part.shape();
      if (constants_.folds(part, is_named)) {
        known_[id] = number(part.array().at(0));
        shape = {};
      } else if (is_named) {
        known_[id] = atom({name->second});
      } else if (part.is_leaf()) {
        const Written leaf = written_leaf(part);
        known_[id] =
            leaf.shape.empty() && part.name().empty() ? number(part.array().at(0)) : atom({leaf.text});
        shape = leaf.shape;
      } else {
        known_[id] = calculated(part);
        shape = shape_of(part);
      }
      shapes_[id] = std::move(shape);
    }
    return known_.at(node.id());
  }

 private:
  const Sum& input(const Tensor& node, std::size_t i) const { return known_.at(node.inputs()[i].id()); }

  /// The shape that the formula has by itself: broadcasts are not written.
  Shape shape_of(const Tensor& node) const {
    if (!node.op().elementwise && node.op().text != "{0}") return node.shape();
    Shape shape;
    for (const Tensor& part : node.inputs()) shape = broadcast(shape, shapes_.at(part.id()), "formula");
    return shape;
  }

  Sum calculated(const Tensor& node) const {
    const std::string_view text = node.op().text;
    if (here_ && node.op().regime && node.op().arity > 1 &&
        node.array().contiguous().identical(node.input(0).array().contiguous())) {
      here_->push_back(
          formatted("{} = {}", written_sum(opaque(node)).text, written_sum(input(node, 0)).text));
      return input(node, 0);
    }
    if (text == "{0}") return input(node, 0);
    if (text == "-{0}") return plus({}, input(node, 0), -1);
    if (text == "{0} + {1}") return plus(input(node, 0), input(node, 1));
    if (text == "{0} - {1}") return plus(input(node, 0), input(node, 1), -1);
    if (text == "{0} * {1}") return product(input(node, 0), input(node, 1));
    if (text == "{0} / {1}") return product(input(node, 0), power(input(node, 1), -1));
    if (text == "{0}^{exponent}")
      for (const Attribute& attribute : node.attributes())
        if (const auto* exponent = std::get_if<double>(&attribute.value);
            exponent && attribute.name == "exponent")
          return power(input(node, 0), *exponent);
    if (text == "{0}^{1}" && is_number(input(node, 1)))
      return power(input(node, 0), value_of(input(node, 1)));
    if (text == "where({0}, {1}, {2})") {
      if (const std::size_t branch = chosen_branch(node); branch > 0) return input(node, branch);
      if (input(node, 2).empty() && is_number(input(node, 1))) return product(input(node, 0), input(node, 1));
    }
    return opaque(node);
  }

  static bool is_number(const Sum& sum) {
    return sum.empty() || (sum.size() == 1 && sum.begin()->first.empty());
  }
  static double value_of(const Sum& sum) { return sum.empty() ? 0 : sum.begin()->second; }

  /// A sum as one factor.
  static Sum bracket(const Sum& sum, double exponent = 1) {
    const Written written = written_sum(sum);
    return atom({written.text, written.binding}, exponent);
  }

  Sum product(const Sum& a, const Sum& b) const {
    if (expand_ || a.size() < 2 || b.size() < 2) {
      // A number or one product meets a sum: in a factored reading the sum stays together.
      if (!expand_ && a.size() > 1) return is_number(b) ? distributed(a, b) : distributed(bracket(a), b);
      if (!expand_ && b.size() > 1) return is_number(a) ? distributed(a, b) : distributed(a, bracket(b));
      return distributed(a, b);
    }
    return distributed(bracket(a), bracket(b));
  }

  Sum power(const Sum& base, double exponent) const {
    if (exponent == 0) return number(1);
    if (base.empty()) return exponent > 0 ? Sum{} : bracket(base, exponent);
    if (is_number(base)) return number(std::pow(value_of(base), exponent));
    if (base.size() == 1) {
      const auto& [monomial, coefficient] = *base.begin();
      const bool plain = coefficient == 1 && monomial.size() == 1 && monomial.begin()->second == 1;
      if (plain || is_whole(exponent))
        return {{times({}, monomial, exponent), std::pow(coefficient, exponent)}};
      return bracket(base, exponent);
    }
    if (!expand_ || !is_whole(exponent) || exponent < 0 || exponent > 8) return bracket(base, exponent);
    Sum result = base;
    for (int k = 1; k < static_cast<int>(exponent); ++k) result = distributed(result, base);
    return result;
  }

  /// By its own text, with the inputs simplified.
  Sum opaque(const Tensor& node) const {
    std::vector<Written> inputs;
    for (const Tensor& part : node.inputs()) {
      inputs.push_back(written_sum(known_.at(part.id())));
      inputs.back().shape = shapes_.at(part.id());
    }
    const Written result = written(node, std::move(inputs));
    return atom({result.text, result.binding});
  }

  bool expand_;
  const Names& names_;
  std::vector<std::string>* here_;
  Constants constants_;
  std::map<std::uint64_t, Sum> known_;
  std::map<std::uint64_t, Shape> shapes_;
};

std::string text_or_nothing(const Tensor& node, bool expand, const Names& names,
                            std::vector<std::string>* here) {
  try {
    return written_sum(Reading(expand, names, here).of(node)).text;
  } catch (const Unwritable&) {
    return "";
  }
}

}  // namespace

std::size_t chosen_branch(const Tensor& node) {
  if (node.is_leaf() || node.op().text != "where({0}, {1}, {2})") return 0;
  const Tensor& condition = node.inputs()[0];
  if (!condition.is_leaf() || !is_uniform(condition.array())) return 0;
  return condition.array().at(0) != 0 ? 1 : 2;
}

std::string simplified(const Tensor& node, const Names& names, std::vector<std::string>* here) {
  const std::string factored = text_or_nothing(node, false, names, here);
  if (node.dim() > 0 || here) return factored;
  const std::string expanded = text_or_nothing(node, true, names, nullptr);
  if (expanded.empty()) return factored;
  return factored.empty() || expanded.size() <= factored.size() ? expanded : factored;
}

bool is_decided_by_comparing(const Tensor& node) {
  const Graph graph = Graph::of(node);
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [](const Tensor& part) {
    return part.dtype() == boolean || (part.op().regime && part.op().arity > 1);
  });
}

Polynomial polynomial(const Tensor& node, const std::string& variable) {
  try {
    const Sum sum = Reading(true, {}, nullptr).of(node);
    if (!is_polynomial(sum)) return {};
    Sum derivative;  // of c · xⁿ · rest: c · n · xⁿ⁻¹ · rest
    for (const auto& [monomial, coefficient] : sum)
      if (const auto x = monomial.find({variable}); x != monomial.end())
        add(derivative, times(monomial, {{{variable}, -1.0}}), coefficient * x->second);
    return {sum_text(sum), sum_text(derivative)};
  } catch (const Unwritable&) {
    return {};
  }
}

}  // namespace hindsight::explain
