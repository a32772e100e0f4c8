// What an operation says about its derivatives, as formulas. It is recorded without numbers, so that the
// conditions on which a derivative depends stand in the formula.
#include <map>

#include <hindsight/explain.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "graph/capture.hpp"

namespace hindsight::explain {

std::vector<StatedDerivative> stated_derivatives(const Op& op, const Sample& sample,
                                                 std::span<const std::string> names) {
  Capture capture;
  const auto name_of = [&](std::size_t i) { return i < names.size() ? names[i] : formatted("x{}", i); };
  Inputs inputs;
  for (const Tensor& input : sample.inputs) {
    const Shape shape = op.elementwise ? Shape{} : input.shape();
    inputs.push_back(capture.placeholder({shape, input.dtype()}, name_of(inputs.size())));
  }
  const Tensor y = apply(op, inputs, sample.attributes);
  const Tensor g = capture.placeholder(y.array().type(), "g");
  std::vector<StatedDerivative> result;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (op.has_derivative(i))
      result.push_back(
          {name_of(i),
           formula(op.has_partial(i) ? op.partials[i](y) : input_cotangent(y, g, i), {{y.id(), "f"}}),
           op.has_partial(i)});
  return result;
}

}  // namespace hindsight::explain
