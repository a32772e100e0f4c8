// A default-made handle refers to nothing; whatever is asked of it is an error that says so.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Parameter;
using hs::StateError;
using hs::Tensor;

TEST(Undefined, TensorsSaySoWhateverTheyAreAsked) {
  const std::string message = "an undefined tensor was used: it was default-made and never assigned";
  const Tensor u, a = hs::tensor({1.0}, {.requires_grad = true});
  expect_error<StateError>([&] { (void)u.shape(); }, message);
  expect_error<StateError>([&] { (void)u.id(); }, message);
  expect_error<StateError>([&] { (void)u.op(); }, message);
  expect_error<StateError>([&] { (void)u.inputs(); }, message);
  expect_error<StateError>([&] { (void)u.attributes(); }, message);
  expect_error<StateError>([&] { (void)u.is_leaf(); }, message);
  expect_error<StateError>([&] { (void)u.requires_grad(); }, message);
  expect_error<StateError>([&] { (void)u.requires_grad_(); }, message);
  expect_error<StateError>([&] { (void)u.name(); }, message);
  expect_error<StateError>([&] { (void)u.named("x"); }, message);
  expect_error<StateError>([&] { (void)u.module_path(); }, message);
  expect_error<StateError>([&] { (void)u.grad(); }, message);
  expect_error<StateError>([&] { u.backward(); }, message);
  expect_error<StateError>([&] { (void)u.item(); }, message);
  expect_error<StateError>([&] { (void)(u + a); }, message);
  expect_error<StateError>([&] { (void)hs::grad(u, a); }, message);
  expect_error<StateError>([&] { (void)hs::grad(a, u); }, message);
  expect_error<StateError>([&] { (void)hs::Graph::of(u); }, message);
  EXPECT_FALSE(u.defined());
  EXPECT_EQ(hs::Graph::of(a).index_of(u), hs::Graph::none);
}

TEST(Undefined, ParametersSaySoWhateverTheyAreAsked) {
  const std::string message =
      "an undefined parameter was used: it was default-made and never given a name and a value";
  Parameter u;
  const Tensor a = hs::tensor({1.0});
  expect_error<StateError>([&] { (void)u.name(); }, message);
  expect_error<StateError>([&] { u.rename("w"); }, message);
  expect_error<StateError>([&] { (void)u.shape(); }, message);
  expect_error<StateError>([&] { (void)u.dtype(); }, message);
  expect_error<StateError>([&] { (void)u.value(); }, message);
  expect_error<StateError>([&] { u.assign(a); }, message);
  expect_error<StateError>([&] { (void)u.version(); }, message);
  expect_error<StateError>([&] { (void)u.grad(); }, message);
  expect_error<StateError>([&] { u.set_grad(a); }, message);
  expect_error<StateError>([&] { u.zero_grad(); }, message);
  expect_error<StateError>([&] { (void)u.requires_grad(); }, message);
  expect_error<StateError>([&] { u.requires_grad_(false); }, message);
  expect_error<StateError>([&] { hs::optim::SGD({Parameter()}).step(); }, message);
  expect_error<StateError>([&] { hs::optim::SGD({Parameter()}).zero_grad(); }, message);
}

TEST(Undefined, AModuleNeedsALayer) {
  expect_error<StateError>([] { hs::nn::Module(nullptr)(hs::ones({1})); },
                           "a module was made without a layer: give it std::make_shared<YourLayer>(...)");
}
