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

Tensor wrong_swish(const Tensor& x) { return hs::apply(wrong_operation, {x}); }

// ---- The proof ----

void report(const char* what, const hs::Gradcheck& result) {
  std::printf("%s: %zu equal, %zu kinks, %zu wrong\n", what, result.count(hs::Verdict::equal),
              result.count(hs::Verdict::kink), result.count(hs::Verdict::wrong));
  for (const hs::GradcheckEntry& entry : result.entries)
    if (entry.verdict == hs::Verdict::wrong)
      std::printf("  %s: backprop %.6f, numerical %.6f\n", entry.label().c_str(), entry.backprop,
                  entry.numerical);
}

int main() {
  using List = std::span<const Tensor>;
  const std::vector<Tensor> inputs{hs::tensor({-3, -0.5, 0, 2}, {.dtype = hs::float64}).named("x")};

  report("swish, first derivative", hs::gradcheck([](List in) { return swish(in[0]).sum(); }, inputs));
  const auto slope = [](List in) { return grad(swish(in[0]).sum(), in[0], {.create_graph = true}).sum(); };
  report("swish, second derivative", hs::gradcheck(slope, inputs));
  report("wrong_swish", hs::gradcheck([](List in) { return wrong_swish(in[0]).sum(); }, inputs));

  // Once it is registered, readers know it by name.
  hs::register_operation(swish_operation);
  const auto expression = hs::explain::read_expression("swish(2x)", {{"x", 0.5}});
  std::printf("\n%s", to_text(hs::explain::chain_rule(expression)).c_str());
}
