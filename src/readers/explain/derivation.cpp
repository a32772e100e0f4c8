// Every line is a node of one of two graphs: what the forward pass computed, and what the derivatives that
// its operations state computed from there.
#include <algorithm>
#include <cmath>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>
#include <hindsight/explain/derivation.hpp>
#include <hindsight/random.hpp>

#include "base/format.hpp"
#include "graph/history.hpp"
#include "readers/explain/algebra.hpp"
#include "readers/explain/letters.hpp"

namespace hindsight::explain {
namespace {

/// How long a formula seems to a reader.
std::size_t weight_of(const std::string& formula) {
  return formula.size() - static_cast<std::size_t>(std::count(formula.begin(), formula.end(), ' '));
}

/// "a * b / c" of "a*b/c"
std::string spaced(const std::string& formula) {
  std::string text;
  for (std::size_t i = 0; i < formula.size(); ++i) {
    const bool sign = formula[i] == '*' || formula[i] == '/';
    text += sign && text.back() != ' ' ? formatted(" {} ", formula[i]) : std::string(1, formula[i]);
    if (sign && i + 1 < formula.size() && formula[i + 1] == ' ' && text.back() == ' ') ++i;
  }
  return text;
}

/// The formula with each name replaced.
std::string renamed(const std::string& formula, const std::map<std::string, Tensor>& values) {
  std::string text, word;
  const auto end_word = [&] {
    const auto value = values.find(word);
    text += value != values.end() ? value->second.shape().str() : word;
    word.clear();
  };
  for (const char c : formula) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c == '.' && !word.empty())) {
      word += c;
      continue;
    }
    end_word();
    text += c;
  }
  end_word();
  return text;
}

double distance(const Array& got, const Array& want) {
  double apart = 0, largest = 0;
  for (std::int64_t i = 0; i < want.elements(); ++i) {
    const double difference = std::abs(got.at(i) - want.at(i));
    apart = difference <= apart ? apart : difference;  // NaN stays
    largest = std::max(largest, std::abs(want.at(i)));
  }
  return largest > 0 ? apart / largest : apart;
}

/// What a derivative is called along a way back through one operation.
std::string rule_name(const Op& op, std::size_t input) {
  const std::string_view text = op.text;
  if (text == "{0}") return "what was repeated adds up";
  if (text == "{0}^T") return "transpose: (A B)^T = B^T A^T";
  if (text == "{0} @ {1}") return "product rule for matrices";
  if (text == "{0} + {1}" || text == "{0} - {1}" || text == "-{0}") return "sum rule";
  if (text == "{0} * {1}") return "product rule";
  if (text == "{0} / {1}") return "quotient rule";
  if (text == "{0}^{exponent}" || text == "{0}^{1}") return "power rule";
  return formatted("{} {}", op.has_partial(input) ? "chain rule through" : "derivative of", op.name);
}

class Deriver {
 public:
  explicit Deriver(const Tensor& loss) : loss_(loss), graph_(Graph::of(loss)), letters_(graph_) {
    names_ = letters_.names();
    for (std::size_t i = 0; i < graph_.size(); ++i)
      if (letters_.has(i)) keep(names_.at(graph_[i].id()), graph_[i]);
  }

  Derivation derived() {
    result_.loss = loss_.item();
    result_.nodes = graph_.nodes();
    differentiate();
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!letters_.has(i)) continue;
      const std::string& name = names_.at(graph_[i].id());
      if (graph_[i].is_leaf())
        result_.givens.push_back(
            {name, graph_[i].name().empty() ? "constants" : graph_[i].name(), graph_[i].shape()});
      else
        result_.forward.push_back(line(name, graph_[i].module_path(), graph_[i], best(graph_[i], names_)));
    }
    descend();
    state_rules();
    return std::move(result_);
  }

 private:
  void keep(const std::string& name, const Tensor& value) {
    result_.values.emplace(name, value.detach().named(name));
  }

  bool is_weight(std::size_t i) const { return graph_[i].is_leaf() && graph_[i].requires_grad(); }

  void differentiate() {
    std::vector<Tensor> wanted;
    for (std::size_t i = 0; i + 1 < graph_.size(); ++i)
      if (letters_.has(i) && graph_[i].requires_grad()) {
        wanted.push_back(graph_[i]);
        index_.push_back(i);
      }
    cotangents_ = grad(loss_, wanted, {.create_graph = true});
    const Graph both = Graph::of(cotangents_);
    for (const Tensor& node : both.nodes()) {
      if (node.is_leaf() && !names_.count(node.id()) && !is_uniform(node.array())) {
        names_[node.id()] = letters_.unique("c");
        keep(names_[node.id()], node);
        result_.givens.push_back({names_[node.id()], "constants", node.shape()});
      }
      result_.nodes.push_back(node);
    }
  }

  /// The named nodes that use node i, directly or through nameless ones, and the rules on the way.
  std::pair<std::size_t, std::vector<std::string>> way_up(std::size_t i) const {
    std::size_t nearest = graph_.size();
    std::vector<std::string> rules;
    std::vector<std::size_t> open{i};
    const auto add = [&](const std::string& rule) {
      if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
    };
    for (std::size_t at = 0; at < open.size(); ++at) {
      std::size_t ways = 0;
      for (const std::size_t user : letters_.users(open[at])) {
        if (!graph_[user].requires_grad()) continue;
        const auto inputs = graph_.inputs(user);
        const auto k =
            static_cast<std::size_t>(std::find(inputs.begin(), inputs.end(), open[at]) - inputs.begin());
        if (!graph_[user].op().has_derivative(k)) continue;
        ++ways;
        add(rule_name(graph_[user].op(), k));
        if (letters_.has(user))
          nearest = std::min(nearest, user);
        else if (std::find(open.begin(), open.end(), user) == open.end())
          open.push_back(user);
      }
      if (ways > 1) add("the ways add up");
    }
    std::reverse(rules.begin(), rules.end());
    return {nearest, rules};
  }

  /// From the loss down; a weight follows the first node that it needs no more than.
  void descend() {
    std::vector<std::size_t> order(index_.size());
    std::vector<std::pair<std::size_t, int>> place;
    for (std::size_t k = 0; k < index_.size(); ++k) {
      order[k] = k;
      place.emplace_back(is_weight(index_[k]) ? way_up(index_[k]).first : index_[k], is_weight(index_[k]));
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return place[a].first != place[b].first ? place[a].first > place[b].first
                                              : place[a].second < place[b].second;
    });
    for (const std::size_t k : order) add_gradient(index_[k], cotangents_[k]);
  }

  void add_gradient(std::size_t i, const Tensor& cotangent) {
    const std::string of = names_.at(graph_[i].id());
    const bool weight = is_weight(i);
    const std::string name = weight ? "dL/d" + of : letters_.unique("delta_" + of);
    const std::string module = weight ? graph_[letters_.users(i)[0]].module_path() : graph_[i].module_path();
    Derived gradient = line(name, module, cotangent, best(cotangent, names_));
    gradient.rules = way_up(i).second;
    if (!weight) cancel(gradient, cotangent);
    if (!weight && !names_.count(cotangent.id())) {
      names_[cotangent.id()] = name;
      deltas_.push_back(cotangent.id());
    }
    keep(name, cotangent);
    result_.backward.push_back(std::move(gradient));
  }

  /// The same from one step further up, where that is much shorter.
  void cancel(Derived& gradient, const Tensor& cotangent) {
    Names further = names_;
    for (const auto& [id, part] : down_to_names(cotangent, names_))
      if (std::find(deltas_.begin(), deltas_.end(), id) != deltas_.end()) further.erase(id);
    std::vector<std::string> here;
    const std::string text = spaced(simplified(cotangent, further, &here));
    if (text.empty() || 4 * weight_of(text) > 3 * weight_of(gradient.formula)) return;
    const Derived shorter = line(gradient.name, "", cotangent, text);
    gradient.cancelled = shorter.formula;
    gradient.cancelled_latex = shorter.latex;
    gradient.difference = std::max(gradient.difference, shorter.difference);
    std::sort(here.begin(), here.end());
    here.erase(std::unique(here.begin(), here.end()), here.end());
    for (const std::string& fact : here) gradient.here.push_back(spaced(fact));
  }

  /// As it was computed, or simplified where that is notably shorter.
  static std::string best(const Tensor& node, const Names& names) {
    const auto same = names.find(node.id());
    if (same != names.end() && same->second.starts_with("delta_")) return same->second;
    const std::string raw = spaced(formula(node, names)), simple = spaced(simplified(node, names));
    return simple.empty() || 7 * weight_of(raw) <= 8 * weight_of(simple) ? raw : simple;
  }

  Derived line(const std::string& name, const std::string& module, const Tensor& value,
               const std::string& text) const {
    const Tensor read = read_formula(text, result_.values, result_.nodes);
    return {name,
            module,
            value.shape(),
            text,
            renamed(text, result_.values),
            latex(read),
            {},
            "",
            "",
            {},
            distance(read.array().broadcast_to(value.shape()), value.array())};
  }

  /// Each operation of the forward pass once for each way in which it is meant (its attributes), with its
  /// derivatives by all inputs through which any of its uses hands a gradient on.
  void state_rules() {
    std::vector<std::pair<const Tensor*, std::vector<bool>>> uses;
    for (const Tensor& node : graph_.nodes()) {
      if (node.is_leaf() || !node.requires_grad() || node.op().text == "{0}") continue;
      std::size_t use = 0;
      while (use < uses.size() && !means_the_same(*uses[use].first, node)) ++use;
      if (use == uses.size()) uses.emplace_back(&node, std::vector<bool>(node.inputs().size()));
      for (std::size_t k = 0; k < node.inputs().size(); ++k)
        if (node.input(k).requires_grad() && node.op().has_derivative(k)) uses[use].second[k] = true;
    }
    for (const auto& [node, by] : uses) result_.rules.push_back(rule_of(*node, by));
  }

  static bool means_the_same(const Tensor& a, const Tensor& b) {
    return &a.op() == &b.op() && a.attributes() == b.attributes() && a.inputs().size() == b.inputs().size();
  }

  /// Stated of inputs that are apart, even where a use has one twice.
  static Rule rule_of(const Tensor& use, const std::vector<bool>& by) {
    Names names;
    Inputs fresh;
    std::vector<Written> inputs;
    for (std::size_t k = 0; k < use.inputs().size(); ++k) {
      const std::string letter = k < 6 ? std::string(1, static_cast<char>('A' + k)) : formatted("A{}", k);
      fresh.push_back(Tensor(use.input(k).array()).named(letter));
      if (by[k]) fresh[k] = fresh[k].requires_grad_();
      inputs.push_back(written_name(fresh[k], names[fresh[k].id()] = letter));
    }
    const Tensor node = apply(use.op(), std::move(fresh), use.attributes());
    const Tensor cotangent = Tensor(Generator(1).uniform(node.shape(), 0.5, 1.5)).requires_grad_();
    names[cotangent.id()] = "G";
    Rule rule{written(node, inputs).text, std::string(node.op().words), {}};
    names[node.id()] = "Y";
    for (std::size_t k = 0; k < by.size(); ++k) {
      if (!by[k]) continue;
      const Tensor back = input_cotangent(node, cotangent, k);
      const auto same = names.find(back.id());
      const Written text =
          same != names.end() ? written_name(back, same->second) : written_down_to(back, names);
      rule.gradients.push_back(formatted("d{} = {}{}", inputs[k].text, text.text,
                                         text.shape == back.shape() ? "" : " at every element"));
    }
    return rule;
  }

  const Tensor loss_;
  const Graph graph_;
  Letters letters_;
  Names names_;
  std::vector<std::size_t> index_;  // of what has a gradient that is shown
  std::vector<Tensor> cotangents_;
  std::vector<std::uint64_t> deltas_;
  Derivation result_;
};

}  // namespace

double Derivation::difference() const {
  double largest = 0;
  for (const auto* lines : {&forward, &backward})
    for (const Derived& line : *lines) largest = line.difference <= largest ? largest : line.difference;
  return largest;
}

Derivation derivation(const std::function<Tensor()>& loss) {
  const EnableGrad enable;
  const KeepHistory keep;
  const Tensor value = loss();
  if (value.elements() != 1)
    fail<ShapeError>("derivation: the loss has shape {} and must be a scalar; take its mean or sum",
                     value.shape().str());
  if (value.dtype() != float64)
    fail<DTypeError>("derivation: the loss is {}; convert the model and its data with .to(hs::float64)",
                     name(value.dtype()));
  if (!std::isfinite(value.item()))
    fail<ValueError>("derivation: the loss is {}; DetectAnomaly names where it comes from", value.item());
  if (!value.requires_grad() || value.is_leaf())
    throw StateError("derivation: the loss does not depend on any weight");
  return Deriver(value).derived();
}

}  // namespace hindsight::explain
