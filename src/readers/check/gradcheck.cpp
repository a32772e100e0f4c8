#include <algorithm>
#include <cmath>
#include <limits>

#include <hindsight/autodiff.hpp>
#include <hindsight/check.hpp>
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "readers/check/diagnosis.hpp"
#include "readers/check/kinks.hpp"
#include "readers/check/rounding.hpp"
#include "readers/check/saturation.hpp"

namespace hindsight {
namespace {

/// One array with one element moved.
Array moved(const Array& array, std::int64_t element, double by) {
  Array copy(array.shape(), array.dtype());
  const double* from = array.data<double>();
  std::copy(from, from + array.elements(), copy.mutable_data<double>());
  copy.mutable_data<double>()[element] += by;
  return copy;
}

void require_float64(const Tensor& input, const std::string& name) {
  if (input.dtype() != float64)
    fail<DTypeError>(
        "gradcheck: {} is {}; differences need the digits of float64: convert the model with "
        ".to(hs::float64)",
        name, hindsight::name(input.dtype()));
}

using Function = std::function<Tensor(std::span<const Tensor>)>;

class Checker {
 public:
  Checker(const Function& function, std::vector<Tensor> inputs, const GradcheckOptions& options)
      : function_(function), inputs_(std::move(inputs)), options_(options) {}

  Gradcheck run(const std::vector<std::string>& names) {
    gradient_beside();
    output_ = function_(inputs_);
    const std::vector<Tensor> gradients = grad(output_, inputs_);
    rounding_ = certain(rounding_of(output_));
    Gradcheck result{{}, options_.h, rounding_ / options_.h, {}};
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      for (const std::int64_t element : elements_of(inputs_[i]))
        result.entries.push_back(entry(names[i], i, element, gradients[i].array().at(element)));
    if (result.count(Verdict::wrong) > 0) result.causes = diagnose(function_, inputs_, result.entries);
    return result;
  }

 private:
  /// Asks for the gradient at another point first: where an operation keeps what it computed on the first
  /// call, the one that is compared is then stale, as it will be in training.
  void gradient_beside() {
    std::vector<Tensor> beside;
    for (const Tensor& input : inputs_) beside.push_back((input + options_.h).detach().requires_grad_());
    grad(function_(beside), beside);
  }

  std::vector<std::int64_t> elements_of(const Tensor& input) const {
    const std::int64_t all = input.elements();
    const std::int64_t some = options_.most_elements > 0 ? std::min(all, options_.most_elements) : all;
    std::vector<std::int64_t> elements;
    for (std::int64_t k = 0; k < some; ++k) elements.push_back(k * all / some);
    return elements;
  }

  Tensor value_with(std::size_t input, std::int64_t element, double by) {
    std::vector<Tensor> at = inputs_;
    at[input] = Tensor(moved(inputs_[input].array().contiguous(), element, by)).requires_grad_();
    return function_(at);
  }

  GradcheckEntry entry(const std::string& name, std::size_t input, std::int64_t element, double backprop) {
    const Tensor below = value_with(input, element, -options_.h);
    const Tensor above = value_with(input, element, options_.h);
    const double numerical = (above.item() - below.item()) / (2 * options_.h);
    GradcheckEntry result{name, element, inputs_[input].shape(), backprop, numerical, Verdict::equal,
                          {},   input};
    if (!std::isfinite(numerical)) {
      result.verdict = Verdict::not_finite;
      return result;
    }
    result.kinks = kinks_between(below, above);
    result.verdict = result.kinks.empty() ? compared(result, rounding_) : Verdict::kink;
    double rounding = rounding_;
    if (result.kinks.empty() && result.verdict != Verdict::equal && rounding_ > certain(0)) {
      rounding = rounding_by(input, element);
      result.verdict = compared(result, rounding);
    }
    const bool differs = result.kinks.empty() && !(result.error() <= options_.tolerance);
    if (differs && result.error() <= lost_digits(above)) result.verdict = Verdict::saturated;
    if (result.verdict == Verdict::wrong) result.verdict = looked_at_closely(result, rounding);
    if (result.verdict == Verdict::kink && result.kinks.empty()) result.kinks.push_back({});
    return result;
  }

  /// What rounding_of() says, as a length and with a margin: a few ε that an operation adds to that of its
  /// result, and some deviations.
  static double certain(double units) {
    return 40 * std::numeric_limits<double>::epsilon() * std::max(1.0, units);
  }

  /// As much of the rounding as may change when this element moves.
  double rounding_by(std::size_t input, std::int64_t element) {
    const double far = std::max(1.0, std::abs(inputs_[input].array().at(element)));
    try {
      return certain(rounding_of(output_, value_with(input, element, far)));
    } catch (const Error&) {
      return rounding_;  // the function does not reach so far
    }
  }

  /// An error within the noise is none of the derivative, and where the noise is as large as the derivative,
  /// no error says nothing either.
  Verdict compared(const GradcheckEntry& entry, double rounding) const {
    const double noise = rounding / options_.h;
    if (entry.error() <= options_.tolerance)
      return noise < std::max(1.0, std::abs(entry.backprop)) ? Verdict::equal : Verdict::not_measurable;
    return entry.difference() <= noise ? Verdict::not_measurable : Verdict::wrong;
  }

  /// The verdict by differences that reach less far, where one seems wrong. It is a kink although no
  /// operation says so when the slopes on both sides of x stay apart (those of a smooth function come
  /// together) and the gradient lies between them; or when a difference that does not reach a bend beside x
  /// agrees. Where the function was only too curved for h, it is equal.
  Verdict looked_at_closely(const GradcheckEntry& entry, double rounding) {
    const double here = output_.item(), backprop = entry.backprop, scale = std::max(1.0, std::abs(backprop));
    const auto slopes = [&](double h) {
      return std::minmax({(here - value_with(entry.input, entry.element, -h).item()) / h,
                          (value_with(entry.input, entry.element, h).item() - here) / h});
    };
    const auto jump_of = [](const std::pair<double, double>& sides) { return sides.second - sides.first; };
    const double jump = jump_of(slopes(options_.h));
    for (const double h : {options_.h / 10, options_.h / 100}) {
      const std::pair<double, double> near = slopes(h);
      const double noise = rounding / h;
      const double smooth = jump * h / options_.h;
      if (std::abs((near.first + near.second) / 2 - backprop) <= noise * scale && jump_of(near) <= 0.3 * jump)
        return std::abs(jump_of(near) - smooth) <= 0.5 * smooth ? Verdict::equal : Verdict::kink;
      if (std::abs(jump_of(near) - jump) <= 0.2 * jump && backprop >= near.first - noise &&
          backprop <= near.second + noise)
        return Verdict::kink;
    }
    return Verdict::wrong;
  }

  /// Where a curve has come as near to its end as its slope s says, what is left (1 − sigmoid, say) is right
  /// to ε/s, and a logarithm of it carries that into a difference as ε/(s·h). 0 where nothing is saturated.
  double lost_digits(const Tensor& output) const {
    const double slope = flattest_slope(output);
    return std::isinf(slope) ? 0 : std::numeric_limits<double>::epsilon() / (slope * options_.h);
  }

  const Function& function_;
  std::vector<Tensor> inputs_;
  GradcheckOptions options_;
  Tensor output_;
  double rounding_ = 0;  // of the output
};

}  // namespace

std::string_view name(Verdict verdict) {
  static constexpr std::string_view names[] = {"equal",          "kink",       "saturated",
                                               "not measurable", "not finite", "wrong"};
  return names[static_cast<std::size_t>(verdict)];
}

double GradcheckEntry::difference() const { return std::abs(backprop - numerical); }

double GradcheckEntry::error() const {
  const double relative = difference() / std::max(1.0, std::abs(backprop));
  return std::isnan(relative) ? std::numeric_limits<double>::infinity() : relative;
}

std::string GradcheckEntry::label() const { return shape.empty() ? name : name + position(shape, element); }

std::size_t Gradcheck::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(),
                                                [&](const auto& entry) { return entry.verdict == verdict; }));
}

double Gradcheck::largest_difference(Verdict verdict) const {
  double largest = 0;
  for (const GradcheckEntry& entry : entries)
    if (entry.verdict == verdict) largest = std::max(largest, entry.difference());
  return largest;
}

Gradcheck gradcheck(const Function& function, std::span<const Tensor> inputs,
                    const GradcheckOptions& options) {
  std::vector<Tensor> leaves;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    names.push_back(inputs[i].name().empty() ? formatted("input {}", i) : inputs[i].name());
    require_float64(inputs[i], names.back());
    leaves.push_back(inputs[i].detach().requires_grad_());
  }
  return Checker(function, leaves, options).run(names);
}

Gradcheck gradcheck(const std::function<Tensor()>& loss, std::span<const Parameter> parameters,
                    const GradcheckOptions& options) {
  std::vector<Tensor> values;
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) {
    values.push_back(parameter.value());
    names.push_back(parameter.name());
    require_float64(values.back(), "parameter \"" + names.back() + "\"");
  }
  const Function function = [&](std::span<const Tensor> at) {
    const ParameterLoan loan(parameters, at);
    return loss();
  };
  return Checker(function, values, options).run(names);
}

}  // namespace hindsight
