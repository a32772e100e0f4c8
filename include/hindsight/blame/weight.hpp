#pragma once
#include <functional>
#include <string>
#include <vector>

#include <hindsight/blame.hpp>
#include <hindsight/parameter.hpp>

namespace hindsight::blame {

/// Samples and how their loss is computed. Both tensors have a row for each sample; `loss` builds the graph
/// of the mean loss of some rows, and treats each row for itself (it may scale them first).
struct Problem {
  std::function<Tensor(const Tensor& features, const Tensor& targets)> loss;
  Tensor features;
  Tensor targets;

  std::int64_t samples() const { return features.size(0); }
  /// The given rows alone.
  Problem rows(const std::vector<std::int64_t>& index) const;
};

/// δ · activation: how the loss changes with an element that the weight takes part in, times how that element
/// changes with the weight.
struct Term {
  std::int64_t sample;
  /// "0.matmul[3]": the element, within its sample.
  std::string place;
  double delta;
  double activation;
  double contribution() const { return delta * activation; }
};

struct WeightReport {
  /// "0.weight[3, 1]"
  std::string weight;
  double value = 0;
  /// The sum of all terms, which is the gradient, and without regard to sign.
  double gradient = 0;
  double moved = 0;
  std::size_t samples = 0;
  /// How many terms are not 0; the largest, largest first; and the sum of the others.
  std::size_t term_count = 0;
  std::vector<Term> terms;
  double rest = 0;
  /// From the loss of the largest term's sample alone down to the weight, with all numbers.
  Ledger chain;
  /// A central difference over the samples with the largest terms (all, when there are at most
  /// `most_checked`), beside what their terms add up to.
  double numerical = 0, compared = 0;
  std::size_t checked = 0;
  static constexpr std::size_t most_checked = 512;

  double difference() const;
};

struct WeightOptions {
  std::size_t terms = 10;
  std::size_t paths = 5;
};

/// Opens the gradient of one element of a parameter. Where the weight takes part is found in the graph: at
/// nodes that depend on the samples, and on it through parameters alone. Samples pass in tiles, so that
/// memory stays small. Throws as ledger() does.
WeightReport explain_weight(const Problem& problem, const Parameter& parameter, std::int64_t element,
                            const WeightOptions& options = {});

std::string to_text(const WeightReport& report);
Document document(const WeightReport& report);
std::string to_json(const WeightReport& report);

}  // namespace hindsight::blame
