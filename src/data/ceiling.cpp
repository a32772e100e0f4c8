#include <algorithm>
#include <cmath>
#include <map>

#include <hindsight/data/ceiling.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "data/equal_rows.hpp"

namespace hindsight::data {

Ceiling ceiling(const Tensor& features, const Tensor& targets) {
  const std::int64_t samples = features.dim() ? features.size(0) : 0;
  if (features.dim() != 2 || targets.elements() != samples)
    fail<ShapeError>("ceiling: takes features [N, F] and N targets, and got {} and {}",
                     features.shape().str(), targets.shape().str());

  Ceiling result;
  result.samples = samples;
  double surprise = 0;
  for (std::vector<std::int64_t>& members : equal_rows(features)) {
    std::map<double, std::int64_t> counts;
    for (const std::int64_t i : members) ++counts[targets.array().at(i)];
    std::int64_t best = 0;
    for (const auto& [label, count] : counts) {
      best = std::max(best, count);
      // Answering with the shares costs −Σ count · ln(count / members): the group's entropy, and no answer
      // costs less.
      surprise -= static_cast<double>(count) *
                  std::log(static_cast<double>(count) / static_cast<double>(members.size()));
    }
    result.correct += best;
    if (counts.size() > 1) result.contradictions.push_back({std::move(members), best});
  }
  result.loss_floor = samples ? surprise / static_cast<double>(samples) : 0;
  return result;
}

}  // namespace hindsight::data
