// What holds for every graph, tried on random ones (float64).
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "property/random_graph.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Tensor;
using property::Order;
using property::Program;
using Tensors = std::vector<Tensor>;

namespace {

Program any_program() {
  const auto length = rc::gen::inRange<std::int64_t>(1, 4);
  const auto shape = rc::gen::map(rc::gen::resize(2, rc::gen::container<std::vector<std::int64_t>>(length)),
                                  [](const std::vector<std::int64_t>& axes) {
                                    hs::Shape result;
                                    for (const std::int64_t axis : axes) result.push_back(axis);
                                    return result;
                                  });
  Program program;
  const auto count = *rc::gen::inRange<std::size_t>(1, 4);
  for (std::size_t i = 0; i < count; ++i) program.inputs.push_back(*shape);
  const auto instructions = *rc::gen::inRange<std::size_t>(1, 9);
  program.instructions = *rc::gen::container<std::vector<property::Instruction>>(
      instructions, rc::gen::arbitrary<property::Instruction>());
  return program;
}

Tensors leaves(const Tensors& values) {
  Tensors result;
  for (const Tensor& value : values) result.push_back(value.detach().requires_grad_());
  return result;
}

double dot(const Tensors& a, const Tensors& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] * b[i]).sum().item();
  return sum;
}

bool close(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

bool all_close(const Tensors& a, const Tensors& b, double tolerance) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].shape() != b[i].shape()) return false;
    for (std::int64_t e = 0; e < a[i].elements(); ++e)
      if (!close(a[i].array().at(e), b[i].array().at(e), tolerance)) return false;
  }
  return true;
}

Tensors stepped(const Tensors& x, const Tensors& along, double by) {
  Tensors result;
  for (std::size_t i = 0; i < x.size(); ++i) result.push_back((x[i] + by * along[i]).detach());
  return leaves(result);
}

/// (f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h)) / 12h along a direction, of tensors.
template <class F>
Tensors difference(const F& f, const Tensors& x, const Tensors& along) {
  constexpr double h = 1e-3;
  const Tensors a = f(stepped(x, along, -2 * h)), b = f(stepped(x, along, -h)), c = f(stepped(x, along, h)),
                d = f(stepped(x, along, 2 * h));
  Tensors slope;
  for (std::size_t i = 0; i < a.size(); ++i)
    slope.push_back(((a[i] - d[i] + 8.0 * (c[i] - b[i])) / (12 * h)).detach());
  return slope;
}

Tensors gradients(const Program& program, const Tensors& x, Order order = Order::as_written) {
  return hs::grad(property::run(program, x, order), x);
}

/// The same programs on every machine, so that a failure is everybody's.
void expect_always(const char* what, const std::function<void()>& property) {
  setenv("RC_PARAMS", "seed=20240607 max_success=500", 0);
  EXPECT_TRUE(rc::check(what, property));
}

}  // namespace

TEST(Property, BackwardIsForwardModeIsNumerical) {
  expect_always("⟨∇f, u⟩ = J·u = the change along u", [] {
    const Program program = any_program();
    const Tensors x = leaves(property::numbers_for(program, 1)), u = property::numbers_for(program, 9);
    const Tensor y = property::run(program, x);
    const double backward = dot(hs::grad(y, x), u);
    RC_ASSERT(close(hs::jvp(y, x, u).item(), backward, tolerance::property_rounding));
    const auto f = [&](const Tensors& at) { return Tensors{property::run(program, at)}; };
    RC_ASSERT(close(backward, difference(f, x, u)[0].item(), tolerance::property_first));
  });
}

TEST(Property, GradientsAreLinear) {
  expect_always("∇(2f − 3g) = 2∇f − 3∇g", [] {
    const Program f = any_program();
    Program g = any_program();
    g.inputs = f.inputs;
    const Tensors x = leaves(property::numbers_for(f, 2));
    const Tensors both = hs::grad(2.0 * property::run(f, x) - 3.0 * property::run(g, x), x);
    const Tensors of_f = gradients(f, x), of_g = gradients(g, x);
    Tensors sum;
    for (std::size_t i = 0; i < x.size(); ++i) sum.push_back(2.0 * of_f[i] - 3.0 * of_g[i]);
    RC_ASSERT(all_close(both, sum, tolerance::property_rounding));
  });
}

TEST(Property, SecondDerivativesAreDifferencedGradients) {
  expect_always("H·u by two backward passes, by forward over reverse, and numerically", [] {
    const Program program = any_program();
    const Tensors x = property::numbers_for(program, 3), u = property::numbers_for(program, 8);
    const auto f = [&](std::span<const Tensor> at) { return property::run(program, at); };
    const Tensors reverse = hs::vhp(f, x, u).second, forward = hs::hvp(f, x, u).second;
    RC_ASSERT(all_close(forward, reverse, tolerance::property_rounding));
    const auto gradient = [&](const Tensors& at) { return gradients(program, at); };
    RC_ASSERT(all_close(reverse, difference(gradient, x, u), tolerance::property_second));
  });
}

TEST(Property, SharedNodesCountLikeCopies) {
  expect_always("a value used twice is the value computed twice", [] {
    const Program program = any_program();
    const Tensors x = leaves(property::numbers_for(program, 4));
    RC_ASSERT(all_close(gradients(program, x), gradients(program, x, Order::without_sharing),
                        tolerance::property_rounding));
  });
}

TEST(Property, TheOrderOfConstructionDoesNotMatter) {
  expect_always("nodes made as written or on demand", [] {
    const Program program = any_program();
    const Tensors x = leaves(property::numbers_for(program, 5));
    RC_ASSERT(all_close(gradients(program, x), gradients(program, x, Order::on_demand),
                        tolerance::property_rounding));
  });
}

TEST(Property, AJacobianIsTheSameEitherWay) {
  expect_always("by rows and by columns", [] {
    const Program program = any_program();
    const Tensors x = property::numbers_for(program, 6);
    const auto f = [&](std::span<const Tensor> at) {
      return hs::grad(property::run(program, at), at[0], {.create_graph = true});
    };
    RC_ASSERT(all_close(hs::jacobian(f, x, {.strategy = hs::JacobianStrategy::forward_mode}),
                        hs::jacobian(f, x), tolerance::property_rounding));
  });
}
