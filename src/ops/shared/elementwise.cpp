#include "ops/shared/elementwise.hpp"

#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::elementwise {
namespace {

void require_alike(Operands inputs) {
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    if (inputs[i].shape() != inputs[0].shape())
      fail<ShapeError>(
          "its inputs must have one shape, and input {} is {} where input 0 is {}; broadcast them first", i,
          inputs[i].shape().str(), inputs[0].shape().str());
    if (inputs[i].dtype() != inputs[0].dtype())
      fail<DTypeError>(
          "its inputs must have one dtype, and input {} is {} where input 0 is {}; convert one with .to()", i,
          name(inputs[i].dtype()), name(inputs[0].dtype()));
  }
}

}  // namespace

TensorType floating(Operands inputs, const Attributes&) {
  require_alike(inputs);
  if (!is_floating(inputs[0].dtype()))
    fail<DTypeError>("takes float32 or float64, and got {}; convert it with .to(hs::float32)",
                     name(inputs[0].dtype()));
  return inputs[0].type();
}

TensorType numeric(Operands inputs, const Attributes&) {
  require_alike(inputs);
  if (inputs[0].dtype() == boolean)
    fail<DTypeError>("takes numbers, and got bool; convert it with .to(hs::float32)");
  return inputs[0].type();
}

TensorType comparison(Operands inputs, const Attributes&) {
  require_alike(inputs);
  return {inputs[0].shape(), boolean};
}

Tensor zeros_like(const Tensor& x) { return Tensor(Array::full({}, 0, x.dtype())).broadcast_to(x.shape()); }

// The fractional parts of multiples of the golden ratio fill an interval evenly and never repeat.
Tensor sample(const Shape& shape, double low, double high, int salt) {
  constexpr double golden = 0.6180339887498949;
  Array array(shape, float64);
  for (std::int64_t i = 0; i < array.elements(); ++i) {
    const double turns = golden * static_cast<double>(i + 1) + 0.137 * salt;
    array.mutable_data<double>()[i] = low + (high - low) * (turns - std::floor(turns));
  }
  return Tensor(std::move(array));
}

}  // namespace hindsight::elementwise
