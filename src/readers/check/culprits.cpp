// Every operation of a graph is differentiated alone, at its own inputs, and held against differences: so a
// gradient that is wrong after ten layers is traced to the one operation that made it wrong.
#include "readers/check/culprits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "readers/check/opcheck/cause.hpp"
#include "readers/check/opcheck/differences.hpp"
#include "readers/check/opcheck/subject.hpp"

namespace hindsight {
namespace {

using proof::Evidence;

/// One operation at the inputs of one node.
class Suspect {
 public:
  explicit Suspect(const Tensor& node) : node_(node) {
    for (const Tensor& input : node.inputs())
      inputs_.push_back(is_floating(input.dtype()) ? Tensor(input.array()).requires_grad_() : input);
    function_ = [op = &node.op(), attributes = node.attributes()](std::span<const Tensor> at) {
      Inputs list;
      for (const Tensor& input : at) list.push_back(input);
      return apply(*op, list, attributes);
    };
  }

  /// A sentence about the first input by which it is wrong; empty when it is innocent.
  std::string verdict() const {
    std::vector<Evidence> all;
    std::vector<std::size_t> by;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (inputs_[i].dtype() == float64 && node_.op().has_derivative(i)) {
        all.push_back(evidence(i));
        by.push_back(i);
      }
    for (std::size_t k = 0; k < all.size(); ++k) {
      const std::ptrdiff_t worst = worst_of(all[k]);
      if (worst < 0) continue;
      for (std::size_t other = 0; other < all.size(); ++other)
        if (other != k && all[other].input == all[k].input) all[k].others.push_back(all[other].measured);
      return sentence(all[k], by[k], static_cast<std::size_t>(worst));
    }
    return "";
  }

 private:
  Tensor gradient(const std::vector<Tensor>& at, std::size_t input, const Tensor& cotangent) const {
    return proof::gradient_of(function_(at), at[input], cotangent);
  }

  /// The gradient elsewhere and of another cotangent: what a buffer that nobody clears would still hold.
  /// Asked for twice, as that may be of the call before. Empty where the operation has no numbers there.
  std::vector<double> gradient_elsewhere(std::size_t input, const Tensor& cotangent) const {
    std::vector<Tensor> elsewhere;
    for (const Tensor& x : inputs_)
      elsewhere.push_back(is_floating(x.dtype()) ? (0.9 * x).detach().requires_grad_() : x);
    gradient(elsewhere, input, -cotangent);
    const std::vector<double> numbers = proof::numbers(gradient(elsewhere, input, -cotangent));
    const bool finite =
        std::all_of(numbers.begin(), numbers.end(), [](double g) { return std::isfinite(g); });
    return finite ? numbers : std::vector<double>();
  }

  Evidence evidence(std::size_t input) const {
    const Tensor& x = inputs_[input];
    const Tensor cotangent = proof::spread(node_.shape(), 7);
    Evidence e;
    e.previous = gradient_elsewhere(input, cotangent);
    e.stated = proof::numbers(gradient(inputs_, input, cotangent));
    e.cotangent = proof::numbers(cotangent);
    e.input = x.shape();
    e.output = node_.shape();
    e.x = proof::numbers(x);
    if (node_.shape() == x.shape()) e.y = proof::numbers(node_);
    e.measured.resize(e.stated.size());
    e.compared.resize(e.stated.size(), false);
    e.contributions.resize(e.stated.size());
    // Of a large input some elements, evenly spread: each costs eight evaluations of the operation.
    const std::int64_t most = std::clamp<std::int64_t>(
        20'000'000 / std::max<std::int64_t>(1, x.elements() + node_.elements()), 16, 256);
    const std::int64_t step = std::max<std::int64_t>(1, x.elements() / most);
    for (std::int64_t at = 0; at < x.elements(); at += step) measure(input, at, e);
    return e;
  }

  /// A difference is believed where two step sizes agree and nothing bends.
  void measure(std::size_t input, std::int64_t at, Evidence& e) const {
    const auto place = static_cast<std::size_t>(at);
    std::vector<double> slopes = proof::difference(function_, inputs_, input, at, proof::usual_step);
    const std::vector<double> finer = proof::difference(function_, inputs_, input, at, 1e-4);
    double agree = 0, check = 0;
    for (std::size_t j = 0; j < slopes.size(); ++j) {
      slopes[j] *= e.cotangent[j];
      agree += slopes[j];
      check += finer[j] * e.cotangent[j];
    }
    e.measured[place] = agree;
    e.contributions[place] = std::move(slopes);
    e.compared[place] = std::abs(agree - check) <= 1e-6 * std::max(1e-3, std::abs(check)) &&
                        proof::bends(function_, inputs_, input, at, proof::usual_step).empty();
  }

  /// The compared element whose error is the largest; −1 where none is notable.
  static std::ptrdiff_t worst_of(const Evidence& e) {
    std::ptrdiff_t worst = -1;
    double largest = 0;
    for (std::size_t i = 0; i < e.stated.size(); ++i) {
      if (!e.compared[i]) continue;
      const double error = std::abs(e.stated[i] - e.measured[i]);
      const bool notable = !(error <= 1e-5 * std::max(1e-2, std::abs(e.measured[i])));
      if (notable && !(error <= largest)) {
        largest = std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
        worst = static_cast<std::ptrdiff_t>(i);
      }
    }
    return worst;
  }

  std::string sentence(const Evidence& e, std::size_t input, std::size_t worst) const {
    const std::string cause = proof::probable_cause(e);
    std::string text = formatted("the derivative of {}", node_.op().name);
    if (!node_.module_path().empty()) text += formatted(" in \"{}\"", node_.module_path());
    const std::string place = e.input.empty() ? "" : position(e.input, static_cast<std::int64_t>(worst));
    return text + formatted(" by input {} is wrong: {}stated {:.10g}, measured {:.10g} at input {}{}", input,
                            cause.empty() ? "" : cause + "; ", e.stated[worst] + 0.0, e.measured[worst] + 0.0,
                            input, place);
  }

  const Tensor& node_;
  std::vector<Tensor> inputs_;
  TensorsFunction function_;
};

}  // namespace

std::vector<std::string> culprits(const Tensor& output) {
  const Graph graph = Graph::differentiable(output);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (!graph[i].is_leaf()) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return graph[a].elements() < graph[b].elements(); });
  // A wrong operation is wrong wherever it stands; three places show a branch that one does not reach.
  constexpr int most_places = 3;
  std::map<const Op*, int> places;
  std::vector<std::string> sentences;
  for (const std::size_t i : order) {
    int& seen = places[&graph[i].op()];
    if (seen == most_places) continue;
    ++seen;
    if (std::string sentence = Suspect(graph[i]).verdict(); !sentence.empty()) {
      sentences.push_back(std::move(sentence));
      seen = most_places;
    }
  }
  return sentences;
}

}  // namespace hindsight
