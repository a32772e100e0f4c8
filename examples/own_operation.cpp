// An operation of one's own, written in a user's program and proven there: swish(x) = x · sigmoid(x).
#include <cmath>
#include <cstdio>
#include <vector>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;
using hs::Array, hs::Attributes, hs::Operands, hs::Tensor;

// ---- The operation ----

// Shape and dtype of the result, said before any arithmetic.
hs::TensorType like_its_input(Operands inputs, const Attributes&) {
  if (!hs::is_floating(inputs[0].dtype())) throw hs::DTypeError("takes float32 or float64");
  return inputs[0].type();
}

// The value; `out` is row-major and has the type that the rule gave.
void swish_forward(Operands inputs, const Attributes&, Array& out) {
  const Array x = inputs[0].contiguous();
  const auto compute = [&]<class T>(const T* from, T* to) {
    for (std::int64_t i = 0; i < x.elements(); ++i) to[i] = from[i] / (1 + std::exp(-from[i]));
  };
  out.dtype() == hs::float32 ? compute(x.data<float>(), out.mutable_data<float>())
                             : compute(x.data<double>(), out.mutable_data<double>());
}

// The derivative, written in operations: σ(x) + x·σ(x)·(1 − σ(x)) = σ(x) + y·(1 − σ(x)).
Tensor swish_derivative(const Tensor& y) {
  const Tensor gate = sigmoid(y.input(0));
  return gate + y * (1 - gate);
}

constexpr hs::Op swish_operation = {
    .name = "swish",
    .latex = R"({0} \cdot \sigma({0}))",
    .text = "swish({0})",
    .words = "lets the input through as far as a sigmoid of it opens",
    .elementwise = true,
    .rule = like_its_input,
    .forward = swish_forward,
    .partials = {swish_derivative},
};

Tensor swish(const Tensor& x) { return hs::apply(swish_operation, {x}); }

// ---- The same with a mistake: the product rule was forgotten ----

constexpr hs::Op wrong_operation = {
    .name = "wrong_swish",
    .latex = R"({0} \cdot \sigma({0}))",
    .text = "wrong_swish({0})",
    .words = "swish, but its derivative lacks a term",
    .elementwise = true,
    .rule = like_its_input,
    .forward = swish_forward,
    .partials = {[](const Tensor& y) { return y * (1 - sigmoid(y.input(0))); }},
};

// ---- The proof ----

int main() {
  const std::vector<hs::Sample> samples{{{hs::tensor({-3, -0.5, 0, 2})}},
                                        {{hs::tensor({{1.5, -4}, {0.25, 0.75}})}}};
  std::printf("%s", hs::opcheck(swish_operation, samples).str().c_str());
  std::printf("%s", hs::opcheck(wrong_operation, samples).str().c_str());

  // In a function of many operations, gradcheck finds the one that is to blame.
  const std::vector<Tensor> inputs{hs::tensor({{0.5, -1}, {2, 0.25}}, {.dtype = hs::float64}),
                                   hs::tensor({1.5, -0.75}, {.dtype = hs::float64})};
  const auto loss = [](std::span<const Tensor> in) {
    return hs::tanh(hs::apply(wrong_operation, {in[0] * in[1]})).mean();
  };
  std::printf("%s", hs::gradcheck(loss, inputs).str().c_str());

  // Once it is registered, readers know it by name.
  hs::register_operation(swish_operation);
  const auto expression = hs::explain::read_expression("swish(2x)", {{"x", 0.5}});
  std::printf("\n%s", to_text(hs::explain::chain_rule(expression)).c_str());
}
