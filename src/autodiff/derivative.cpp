// From the derivatives that an operation states, those that readers ask for.
#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight {

Tensor input_cotangent(const Tensor& y, const Tensor& cotangent, std::size_t i) {
  const Op& op = y.op();
  if (i < op.vjps.size() && op.vjps[i]) return op.vjps[i](y, cotangent);
  if (op.has_partial(i)) return cotangent * op.partials[i](y);
  if (op.vjp_of) return op.vjp_of(y, cotangent, i);
  fail<StateError>("{}: has no derivative by its input {}", op.name, i);
}

namespace {

/// A one-hot cotangent gives a row of the Jacobian; an elementwise operation only has its diagonal.
void append_row(const Tensor& y, std::int64_t element, std::size_t input, std::vector<LocalDerivative>& row) {
  if (y.op().elementwise) {
    const Tensor diagonal = y.op().has_partial(input)
                                ? y.op().partials[input](y)
                                : input_cotangent(y, ones(y.shape(), {.dtype = y.dtype()}), input);
    row.push_back({input, element, diagonal.array().at(element)});
    return;
  }
  Array one_hot = Array::full({y.elements()}, 0, y.dtype());
  dispatch(y.dtype(),
           [&](auto zero) { one_hot.mutable_data<decltype(zero)>()[element] = decltype(zero)(1); });
  const Array derivatives = input_cotangent(y, Tensor(one_hot.reshaped(y.shape())), input).array();
  for (std::int64_t j = 0; j < derivatives.elements(); ++j)
    if (const double value = derivatives.at(j); value != 0) row.push_back({input, j, value});
}

}  // namespace

std::vector<LocalDerivative> local_derivatives(const Tensor& y, std::int64_t element) {
  const NoGrad no_grad;
  if (y.op().local) return y.op().local(y, element);
  std::vector<LocalDerivative> row;
  for (std::size_t input = 0; input < y.inputs().size(); ++input)
    if (y.op().has_derivative(input)) append_row(y, element, input, row);
  return row;
}

}  // namespace hindsight
