#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/classes.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  if (in[0].dtype() != int64)
    fail<DTypeError>("takes int64 class indices, and got {}; convert them with .to(hs::int64)",
                     name(in[0].dtype()));
  Shape shape = in[0].shape();
  shape.push_back(attributes.get<std::int64_t>("classes"));
  return {shape, boolean};
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const std::int64_t classes = attributes.get<std::int64_t>("classes");
  bool* row = out.mutable_data<bool>();
  std::fill_n(row, out.elements(), false);
  const Array index = in[0].contiguous();
  require_classes(index, classes);
  for (std::int64_t i = 0; i < index.elements(); ++i, row += classes)
    row[index.data<std::int64_t>()[i]] = true;
}

}  // namespace

namespace rooms {
extern constinit const Op one_hot = {
    .name = "one_hot",
    .latex = R"(\left[{0} = c\right]_c)",
    .text = "one_hot({0})",
    .words = "for each class index a row that is true at that class alone",
    .rule = rule,
    .forward = forward,
    .samples =
        [] {
          return std::vector<Sample>{{{tensor({0, 2, 1}, {.dtype = int64})}, {{"classes", std::int64_t{3}}}}};
        },
    .onnx = "OneHot",
};
}  // namespace rooms

Tensor one_hot(const Tensor& classes_of, std::int64_t classes) {
  return one_hot_mask(classes_of, classes).to(int64);
}
Tensor one_hot_mask(const Tensor& classes_of, std::int64_t classes) {
  if (classes < -1)
    fail<ValueError>("one_hot: the number of classes is {} and must not be negative", classes);
  if (classes == -1 && classes_of.elements() == 0)
    fail<ValueError>("one_hot: {} has no class to count the classes by; give their number",
                     classes_of.shape().str());
  if (classes == -1) classes = classes_of.amax().item<std::int64_t>() + 1;
  return apply(rooms::one_hot, {classes_of}, {{"classes", classes}});
}

}  // namespace hindsight
