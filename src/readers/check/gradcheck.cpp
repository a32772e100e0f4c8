#include <algorithm>
#include <cmath>
#include <limits>

#include <hindsight/autodiff.hpp>
#include <hindsight/check.hpp>
#include <hindsight/error.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "readers/check/kinks.hpp"
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
    const std::vector<Tensor> gradients = grad(function_(inputs_), inputs_);
    Gradcheck result{{}, options_.h};
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      for (std::int64_t element = 0; element < inputs_[i].elements(); ++element)
        result.entries.push_back(entry(names[i], i, element, gradients[i].array().at(element)));
    return result;
  }

 private:
  Tensor value_with(std::size_t input, std::int64_t element, double by) {
    std::vector<Tensor> at = inputs_;
    at[input] = Tensor(moved(inputs_[input].array().contiguous(), element, by)).requires_grad_();
    return function_(at);
  }

  GradcheckEntry entry(const std::string& name, std::size_t input, std::int64_t element, double backprop) {
    const Tensor below = value_with(input, element, -options_.h);
    const Tensor above = value_with(input, element, options_.h);
    const double numerical = (above.item() - below.item()) / (2 * options_.h);
    GradcheckEntry result{name, element, inputs_[input].shape(), backprop, numerical, Verdict::equal, {}};
    if (!std::isfinite(numerical)) {
      result.verdict = Verdict::not_finite;
      return result;
    }
    result.kinks = kinks_between(below, above);
    const double difference = result.difference() / std::max(1.0, std::abs(backprop));
    if (!result.kinks.empty())
      result.verdict = Verdict::kink;
    else if (!(difference <= options_.tolerance))
      result.verdict = difference <= lost_digits(above) ? Verdict::saturated : Verdict::wrong;
    return result;
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
};

}  // namespace

std::string_view name(Verdict verdict) {
  static constexpr std::string_view names[] = {"equal", "kink", "saturated", "not finite", "wrong"};
  return names[static_cast<std::size_t>(verdict)];
}

double GradcheckEntry::difference() const { return std::abs(backprop - numerical); }

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
