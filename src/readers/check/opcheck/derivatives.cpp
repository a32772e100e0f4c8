// The checks of derivatives: first and second against differences, forward mode, Taylor, local ones.
#include <algorithm>
#include <cmath>

#include <hindsight/autodiff.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "readers/check/kinks.hpp"
#include "readers/check/opcheck/cause.hpp"
#include "readers/check/opcheck/differences.hpp"
#include "readers/check/opcheck/prover.hpp"

namespace hindsight::proof {
namespace {

double weighed(const std::vector<double>& slopes, const std::vector<double>& cotangent) {
  double sum = 0;
  for (std::size_t j = 0; j < slopes.size(); ++j) sum += cotangent[j] * slopes[j];
  return sum;
}

bool close(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

/// One input's gradient, and all that its elements were compared with.
struct Comparison {
  Evidence evidence;
  std::vector<OpcheckFinding> wrong, kinks;
  std::size_t equal = 0;
};

/// A function whose gradient by one input is compared; `smooth` is where its kinks are looked for.
struct Claim {
  const TensorsFunction& function;
  const TensorsFunction& smooth;
  const std::vector<Tensor>& x;
  std::size_t input;
  double tolerance;
};

Comparison compared(const Claim& claim, const Tensor& gradient, const Tensor& cotangent,
                    const OpcheckFinding& blank) {
  Comparison result;
  Evidence& e = result.evidence;
  e.stated = numbers(gradient);
  e.cotangent = numbers(cotangent);
  e.input = claim.x[claim.input].shape();
  e.output = cotangent.shape();
  for (std::int64_t at = 0; at < gradient.elements(); ++at) {
    OpcheckFinding finding = blank;
    finding.element = at;
    finding.stated = e.stated[static_cast<std::size_t>(at)];
    std::vector<double> slopes = difference(claim.function, claim.x, claim.input, at, usual_step);
    finding.measured = weighed(slopes, e.cotangent);
    bool equal = close(finding.stated, finding.measured, claim.tolerance);
    for (const double h : {1e-4, 1e-2})
      if (!equal) {
        const std::string bent = bends(claim.smooth, claim.x, claim.input, at, h);
        const auto again = difference(claim.function, claim.x, claim.input, at, h);
        equal = bent.empty() && close(finding.stated, weighed(again, e.cotangent), claim.tolerance);
      }
    finding.note = bends(claim.smooth, claim.x, claim.input, at, usual_step);
    const bool bent = !finding.note.empty();
    e.compared.push_back(!bent);
    e.measured.push_back(finding.measured);
    for (std::size_t j = 0; j < slopes.size(); ++j) slopes[j] *= e.cotangent[j];
    e.contributions.push_back(std::move(slopes));
    if (bent)
      result.kinks.push_back(std::move(finding));
    else if (equal)
      ++result.equal;
    else
      result.wrong.push_back(std::move(finding));
  }
  return result;
}

}  // namespace

void Prover::first_derivatives(const Subject& subject) {
  const std::vector<Tensor> x = leaves_of(subject);
  const Tensor y = subject(x);
  if (!is_floating(y.dtype())) return;
  const Tensor cotangent = spread(y.shape(), 7);
  std::vector<std::pair<std::size_t, Comparison>> all;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (subject.by[i])
      all.emplace_back(i,
                       compared({subject.function, subject.function, x, i, options_.first},
                                gradient_of(y, x[i], cotangent), cotangent, blank(Check::first, subject, i)));
  std::vector<std::vector<double>> gradients(x.size());
  for (auto& [i, comparison] : all) {
    result_.first_equal += comparison.equal;
    count_nonzero(i, comparison.evidence.measured);
    gradients[i] = comparison.evidence.stated;
    if (!comparison.wrong.empty()) {
      Evidence& e = comparison.evidence;
      e.x = numbers(x[i]);
      if (y.shape() == x[i].shape()) e.y = numbers(y);
      if (i < before_.size()) e.previous = before_[i];
      for (const auto& [k, other] : all)
        if (k != i && x[k].shape() == x[i].shape()) e.others.push_back(other.evidence.measured);
    }
    keep(std::move(comparison.wrong), std::move(comparison.kinks), probable_cause_of(comparison.evidence));
  }
  before_ = std::move(gradients);
}

void Prover::second_derivatives(const Subject& subject) {
  const std::vector<Tensor> x = leaves_of(subject);
  const Tensor y = subject(x);
  if (!is_floating(y.dtype())) return;
  const Tensor cotangent = spread(y.shape(), 7);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!subject.by[i]) continue;
    const auto slope = [&](std::span<const Tensor> at, bool create_graph) {
      return gradient_of(subject(at), at[i], cotangent, create_graph);
    };
    const TensorsFunction plain = [&](std::span<const Tensor> at) { return slope(at, false); };
    const Tensor first = slope(x, true), direction = spread(x[i].shape(), 3);
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (!subject.by[k]) continue;
      OpcheckFinding empty = blank(Check::second, subject, i);
      if (k != i) empty.input += " and " + subject.names[k];
      Comparison comparison = compared({plain, subject.function, x, k, options_.second},
                                       gradient_of(first, x[k], direction), direction, empty);
      result_.second_equal += comparison.equal;
      keep(std::move(comparison.wrong), {}, probable_cause_of(comparison.evidence));
    }
  }
}

// ⟨v, Ju⟩ = ⟨Jᵀv, u⟩ for the forward sweep and the backward one, and Ju against the change along u.
void Prover::forward_mode(const Subject& subject) {
  const std::vector<Tensor> x = leaves_of(subject);
  const Tensor y = subject(x);
  if (!y.requires_grad()) return;
  std::vector<Tensor> by, along;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (subject.by[i]) {
      by.push_back(x[i]);
      along.push_back(spread(x[i].shape(), 11 + static_cast<int>(i)));
    }
  const Tensor v = spread(y.shape(), 5);
  const std::vector<double> forward = numbers(jvp(y, by, along)), weights = numbers(v);
  double left = 0, right = 0, size = 1;
  for (std::size_t j = 0; j < forward.size(); ++j) {
    left += weights[j] * forward[j];
    size += std::abs(weights[j] * forward[j]);
  }
  for (std::size_t i = 0; i < by.size(); ++i) {
    const std::vector<double> gradient = numbers(gradient_of(y, by[i], v)), u = numbers(along[i]);
    for (std::size_t e = 0; e < u.size(); ++e) {
      right += gradient[e] * u[e];
      size += std::abs(gradient[e] * u[e]);
    }
  }
  if (std::abs(left - right) <= options_.rounding * size) return;
  OpcheckFinding finding = blank(Check::forward_mode, subject);
  finding.stated = left, finding.measured = right;
  finding.note =
      "⟨v, Ju⟩ by the forward sweep is not ⟨Jᵀv, u⟩ by the backward one: the derivative is not "
      "linear in the cotangent";
  result_.wrong.push_back(std::move(finding));
}

void Prover::taylor(const Subject& subject) {
  const std::vector<Tensor> x = leaves_of(subject);
  const Tensor y = subject(x);
  if (!y.requires_grad()) return;
  const Tensor v = spread(y.shape(), 5);
  std::vector<Tensor> along;
  double slope = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    along.push_back(subject.by[i] ? spread(x[i].shape(), 11 + static_cast<int>(i)) : Tensor());
    if (subject.by[i]) slope += (gradient_of(y, x[i], v) * along[i]).sum().item();
  }
  const auto at = [&](double h) {
    std::vector<Tensor> there = x;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (subject.by[i]) there[i] = (x[i] + h * along[i]).detach().requires_grad_();
    return subject(there);
  };
  constexpr double far = 1e-3, near = far / 2;
  const Tensor there = at(far);
  if (there.shape() != y.shape() || !kinks_between(y, there).empty()) return;
  const auto remainder = [&](double h) { return std::abs(((at(h) - y) * v).sum().item() - h * slope); };
  double noise = 0;
  for (std::int64_t j = 0; j < y.elements(); ++j) noise += std::abs(y.array().at(j) * v.array().at(j));
  const double large = remainder(far), small = remainder(near);
  // Below a thousand roundings a remainder is noise: of a linear function nothing else is left.
  if (!(small > 1000 * 2.2e-16 * std::max(noise, 1.0))) return;
  const double fall = std::log2(large / small);
  if (fall >= 1.9) return;
  OpcheckFinding finding = blank(Check::taylor, subject);
  finding.note =
      formatted("f(x + hu) − f(x) − h⟨∇f, u⟩ falls as h^{:.2f}, and must fall as h² or faster", fall);
  result_.wrong.push_back(std::move(finding));
}

void Prover::local_derivatives_add_up(const Subject& subject) {
  const std::vector<Tensor> x = leaves_of(subject);
  const Tensor y = subject(x);
  if (!y.requires_grad() || y.is_leaf() || &y.op() != subject.op) return;
  const Tensor v = spread(y.shape(), 5);
  std::vector<std::vector<double>> totals;
  totals.reserve(x.size());
  for (const Tensor& input : x) totals.emplace_back(static_cast<std::size_t>(input.elements()));
  for (std::int64_t j = 0; j < y.elements(); ++j)
    for (const LocalDerivative& d : local_derivatives(y, j))
      totals[d.input][static_cast<std::size_t>(d.element)] += v.array().at(j) * d.value;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!subject.by[i]) continue;
    const std::vector<double> gradient = numbers(gradient_of(y, x[i], v));
    for (std::size_t e = 0; e < gradient.size(); ++e) {
      if (close(totals[i][e], gradient[e], options_.rounding)) continue;
      OpcheckFinding finding = blank(Check::local, subject, i);
      finding.element = static_cast<std::int64_t>(e);
      finding.stated = totals[i][e], finding.measured = gradient[e];
      result_.wrong.push_back(std::move(finding));
    }
  }
}

}  // namespace hindsight::proof
