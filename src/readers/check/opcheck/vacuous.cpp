// A check on samples where every derivative is zero proves nothing.
#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "readers/check/opcheck/differences.hpp"
#include "readers/check/opcheck/prover.hpp"

namespace hindsight::proof {
namespace {

/// The largest |∂y/∂x| when the input is taken elsewhere; 0 where that is outside the domain. Slopes that a
/// smaller step does not confirm are jumps.
double steepest(const Subject& subject, std::size_t input, double scale, double shift) {
  std::vector<Tensor> x = leaves_of(subject);
  x[input] = (x[input] * scale + shift).detach().requires_grad_();
  double largest = 0;
  try {
    for (std::int64_t e = 0; e < x[input].elements(); ++e) {
      if (!bends(subject.function, x, input, e, usual_step).empty()) continue;
      const auto slopes = difference(subject.function, x, input, e, usual_step);
      const auto confirmed = difference(subject.function, x, input, e, usual_step / 8);
      for (std::size_t i = 0; i < slopes.size(); ++i)
        if (std::abs(slopes[i] - confirmed[i]) < 0.5 * std::abs(slopes[i]))
          largest = std::max(largest, std::abs(slopes[i]));
    }
  } catch (const Error&) {
    return 0;
  }
  return largest;
}

}  // namespace

void Prover::count_nonzero(std::size_t input, const std::vector<double>& derivatives) {
  Share& share = shares_[input];
  for (const double derivative : derivatives) share.nonzero += std::abs(derivative) > 1e-9;
  share.all += derivatives.size();
}

// A function may be flat wherever it has a derivative (floor, sign): then it is flat elsewhere too, and there
// is nothing to ask for.
void Prover::vacuous(const std::vector<Subject>& subjects, std::size_t input) {
  const Share& share = shares_[input];
  if (static_cast<double>(share.nonzero) >= options_.nonzero * static_cast<double>(share.all)) return;
  for (const Subject& subject : subjects)
    for (const auto& [scale, shift] : {std::pair(-1.0, 0.0), std::pair(3.0, 0.0), std::pair(0.1, 0.0),
                                       std::pair(1.0, 2.3), std::pair(1.0, -2.3)}) {
      if (input >= subject.by.size() || !subject.by[input]) continue;
      const double slope = steepest(subject, input, scale, shift);
      if (slope < 1e-6) continue;
      OpcheckFinding finding = blank(Check::vacuous, subject);
      finding.input = subject.names[input];
      finding.note = formatted(
          "{} of {} derivatives are not zero, and there are some (at {:g}x {:+g} one is {:.3g}): the check "
          "is "
          "vacuous, choose samples where the function changes",
          share.nonzero, share.all, scale, shift, slope);
      result_.wrong.push_back(std::move(finding));
      return;
    }
}

}  // namespace hindsight::proof
