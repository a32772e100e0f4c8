// What tests/golden/shape.cpp cannot say: refusals, views, and forms of calls.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::DTypeError;
using hs::IndexError;
using hs::Shape;
using hs::ShapeError;
using hs::Tensor;
using hs::tensor;
using hs::ValueError;
using Floats = std::vector<float>;

namespace {

const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});

Tensor indices(std::initializer_list<hs::Nested> list) { return tensor(list, {.dtype = hs::int64}); }

}  // namespace

TEST(Shapes, ThatOnlyLookDifferentlyCopyNothing) {
  for (const Tensor& view :
       {x.flip({0, 1}), x.unsqueeze(1), x.unsqueeze(0).squeeze(), x.flatten(), x.narrow(1, 1, 2),
        x.select(0, 1), x.split(2, 1)[1], x.chunk(2)[1], x.expand({4, -1, -1})})
    EXPECT_TRUE(view.array().storage() == x.array().storage()) << view.shape().str();
}

TEST(Shapes, ExplainWhatDoesNotFit) {
  expect_error<ShapeError>([] { (void)x.flatten(1, 0); },
                           "flatten: start_axis 1 comes after end_axis 0 in shape [2, 3]");
  expect_error<IndexError>(
      [] { (void)x.unsqueeze(3); },
      "axis 3 does not exist in shape [2, 3, 1], which has 3 axes; give one from -3 to 2");
  expect_error<IndexError>([] { (void)x.squeeze(2); },
                           "axis 2 does not exist in shape [2, 3], which has 2 axes; give one from -2 to 1");
  expect_error<ShapeError>(
      [] {
        (void)x.expand({-1, 2, 3});
      },
      "expand: sizes [-1, 2, 3] have -1 for an axis that shape [2, 3] does not have");
  expect_error<ShapeError>([] { (void)x.repeat({2}); },
                           "repeat: [2] says how often for 1 axes, and shape [2, 3] has 2");
  expect_error<IndexError>([] { (void)x.flip({0, -2}); }, "axes [0, -2] name axis -2 twice");
}

TEST(Cat, TakesListsAndVectors) {
  EXPECT_EQ(hs::cat({x, x[0].unsqueeze(0)}).to_vector<float>(), (Floats{1, 2, 3, 4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(hs::cat(x.split(1, 1), 1).to_vector<float>(), x.to_vector<float>());
  EXPECT_EQ(hs::stack(x.split(1)).shape(), (Shape{2, 1, 3}));
}

TEST(Cat, ExplainsWhatDoesNotFit) {
  expect_error<ValueError>([] { hs::cat({}); }, "cat: there is no tensor to join; give one at least");
  expect_error<ShapeError>(
      [] {
        hs::cat({x, x.sum()});
      },
      "cat: input 1 is a scalar, and scalars have no axis to be joined along; stack() them");
  expect_error<ShapeError>(
      [] {
        hs::cat({x, x, x.t()});
      },
      "cat: shapes [2, 3] and [3, 2] (inputs 0 and 2) must be equal but for axis 0");
  expect_error<ShapeError>(
      [] {
        hs::cat({x, x[0]});
      },
      "cat: shapes [2, 3] and [3] (inputs 0 and 1) must be equal but for axis 0");
  expect_error<IndexError>(
      [] {
        hs::cat({x, x}, 2);
      },
      "axis 2 does not exist in shape [2, 3], which has 2 axes; give one from -2 to 1");
  expect_error<DTypeError>(
      [] {
        hs::cat({x, x.to(hs::float64)});
      },
      "float32 and float64 do not mix by themselves: convert one side with .to(hs::float32) or "
      ".to(hs::float64)");
  const Tensor mixed[] = {x, x.to(hs::int64)};
  expect_error<DTypeError>(
      [&] {
        apply(*hs::find_operation("cat"), hs::Inputs(mixed), {{"axis", std::int64_t{0}}});
      },
      "cat: its inputs must have one dtype, and input 1 is int64 where input 0 is float32");
}

TEST(Stack, ExplainsWhatDoesNotFit) {
  expect_error<ValueError>([] { hs::stack({}); }, "stack: there is no tensor to stack; give one at least");
  expect_error<ShapeError>(
      [] {
        hs::stack({x, x[0]});
      },
      "stack: tensors must have one shape, and input 1 is [3] where input 0 is [2, 3]");
}

TEST(Split, ExplainsWhatDoesNotAddUp) {
  expect_error<ShapeError>(
      [] {
        (void)x.split({1, 1}, 1);
      },
      "split: sizes [1, 1] add up to 2, and axis 1 of shape [2, 3] has 3 entries");
  expect_error<ShapeError>([] { (void)x.split({-1, 4}, 1); }, "split: sizes [-1, 4] may not be negative");
  expect_error<ValueError>([] { (void)x.split(0); },
                           "split: pieces of 0 entries do not make up the 2 of axis 0");
  expect_error<ValueError>([] { (void)x.chunk(0); },
                           "chunk: the number of chunks must be 1 or more, and is 0");
}

TEST(Slice, ExplainsWhatDoesNotExist) {
  expect_error<ValueError>([] { (void)x.slice(0, 0, 2, -1); },
                           "slice: the step must be 1 or more, and is -1; flip() reverses");
  expect_error<IndexError>([] { (void)x.narrow(1, 2, 2); },
                           "narrow: 2 entries from 2 on are not within axis 1 of shape [2, 3]");
  expect_error<IndexError>([] { (void)x.select(1, -4); },
                           "index -4 is out of range for axis 1 of shape [2, 3]");
  expect_error<IndexError>([] { (void)x.sum()[0]; }, "a scalar cannot be indexed: read it with item()");
  expect_error<IndexError>(
      [] {
        hs::apply(*hs::find_operation("slice"), {x},
                  {{"axis", std::int64_t{0}}, {"start", std::int64_t{1}}, {"stop", std::int64_t{3}}});
      },
      "slice: entries 1 to 3 are not within axis 0 of shape [2, 3]");
}

TEST(Gather, NamesAnIndexThatDoesNotExist) {
  expect_error<IndexError>(
      [] {
        (void)x.gather(1, indices({{0, 2}, {1, 3}}));
      },
      "gather: the index 3 at [1, 1] is not within axis 1 of shape [2, 3]; give one from 0 to 2");
  expect_error<IndexError>(
      [] {
        (void)x.index_select(0, indices({0, -1}));
      },
      "gather: the index -1 at [1, 0] is not within axis 0 of shape [2, 3]; give one from 0 to 1");
  expect_error<IndexError>(
      [] {
        (void)x.scatter_add(0, indices({{2}}), hs::ones({1, 1}));
      },
      "scatter_add: the index 2 at [0, 0] is not within axis 0 of shape [2, 3]; give one from 0 to 1");
}

TEST(Gather, ExplainsWhatDoesNotFit) {
  expect_error<DTypeError>([] { (void)x.gather(0, x); },
                           "gather: takes int64 indices, and got float32; convert them with .to(hs::int64)");
  expect_error<ShapeError>(
      [] { (void)x.gather(0, indices({0})); },
      "gather: an index of shape [1] does not fit into shape [2, 3]: it must have as many "
      "axes, none longer but axis 0");
  expect_error<ShapeError>(
      [] {
        (void)x.gather(0, indices({{0, 0, 0, 0}}));
      },
      "gather: an index of shape [1, 4] does not fit into shape [2, 3]: it must have as "
      "many axes, none longer but axis 0");
  expect_error<ShapeError>(
      [] {
        (void)x.scatter_add(0, indices({{0, 1}}), hs::ones({1, 1}));
      },
      "scatter_add: an index of shape [1, 2] meets numbers of shape [1, 1], which must "
      "have as many");
  expect_error<DTypeError>(
      [] {
        (void)x.scatter_add(0, indices({{0}}), hs::ones({1, 1}, {.dtype = hs::float64}));
      },
      "scatter_add: adds numbers of one dtype, and got float32 and float64; convert one with .to()");
  expect_error<ShapeError>(
      [] { (void)x.index_select(0, indices({{0}})); },
      "index_select: takes a list of indices, and got shape [1, 1]; reshape it to one axis");
}

TEST(ScatterAdd, TakesWhatLiesUnderTheIndexOfALargerSource) {
  const Tensor source = hs::ones({2, 3}).requires_grad_();
  const Tensor y = hs::zeros({2, 3}).scatter_add(0, indices({{1, 1}}), source);
  EXPECT_EQ(y.to_vector<float>(), (Floats{0, 0, 0, 1, 1, 0}));
  EXPECT_EQ(hs::grad(y.sum(), source).contiguous().to_vector<float>(), (Floats{1, 1, 0, 0, 0, 0}));
}

TEST(MaskedFill, RefusesMasksThatAreNoneAndFractionsAmongIntegers) {
  expect_error<DTypeError>([] { (void)x.masked_fill(x, 0); },
                           "masked_fill: the mask must be bool, and is float32; compare it with something");
  expect_error<DTypeError>(
      [] { (void)hs::arange(3).masked_fill(hs::arange(3) > 1, 0.5); },
      "masked_fill: 0.5 cannot stand in a int64 tensor; convert it with .to(hs::float32)");
}

TEST(MaskedFill, HidesAnInfiniteSlope) {
  const Tensor zero = tensor({0, 4}, {.requires_grad = true});
  const Tensor y = hs::sqrt(zero).masked_fill(zero == 0, 1);
  EXPECT_EQ(y.to_vector<float>(), (Floats{1, 2}));
  EXPECT_EQ(hs::grad(hs::where(zero == 0, zero, y).sum(), zero).to_vector<float>()[1], 0.25F);
}

TEST(Pad, ExplainsWhatDoesNotFit) {
  expect_error<ShapeError>([] { hs::pad(x, {1}); },
                           "pad: [1] must hold (before, after) for up to 2 axes, from the last one");
  expect_error<ShapeError>(
      [] {
        hs::pad(x, {0, 0, 0, 0, 1, 1});
      },
      "pad: [0, 0, 0, 0, 1, 1] must hold (before, after) for up to 2 axes, from the last one");
  expect_error<ValueError>(
      [] {
        hs::pad(x, {1, 1}, "mirror");
      },
      R"(pad: there is no mode "mirror"; take "constant", "reflect", "replicate" or "circular")");
  expect_error<ShapeError>(
      [] {
        hs::pad(x, {3, 0}, "reflect");
      },
      R"(pad: 3 and 0 more entries along axis 1 of shape [2, 3] are too many for mode "reflect")");
  expect_error<ShapeError>(
      [] {
        hs::pad(hs::ones({2, 0}), {0, 1}, "replicate");
      },
      R"(pad: 0 and 1 more entries along axis 1 of shape [2, 0] are too many for mode "replicate")");
  expect_error<ShapeError>(
      [] {
        hs::pad(x, {-2, -2});
      },
      "pad: [-2, -2] cuts off more than the 3 entries of axis 1 of shape [2, 3]");
}

TEST(Triangles, ExplainWhatTheyTake) {
  const std::string vector = ": takes matrices, with two axes at least, and got shape [3]";
  expect_error<ShapeError>([] { (void)x[0].tril(); }, "tril" + vector);
  expect_error<ShapeError>([] { (void)x[0].triu(); }, "triu" + vector);
  expect_error<ShapeError>([] { (void)x[0].diagonal(); }, "diagonal" + vector);
  expect_error<ValueError>([] { (void)x.diagonal(0, 1, -1); },
                           "diagonal: takes two different axes, and 1 and -1 are the same");
  EXPECT_EQ((x.to(hs::int64) > 3).tril().to_vector<bool>(),
            (std::vector<bool>{false, false, false, true, true, false}));
}
