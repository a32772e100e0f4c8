// Axes are given as in PyTorch: none, one, or several in braces.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;
using hs::Shape;
using hs::Tensor;

namespace {
const Tensor a = hs::tensor({{1, 2, 3}, {4, 5, 6}});
using Numbers = std::vector<float>;
}  // namespace

TEST(Axes, OneAxisIsANumber) {
  EXPECT_EQ(a.sum(0).to_vector<float>(), (Numbers{5, 7, 9}));
  EXPECT_EQ(sum(a, 1).to_vector<float>(), (Numbers{6, 15}));
  EXPECT_EQ(a.mean(-1, true).shape(), (Shape{2, 1}));
  EXPECT_EQ(mean(a, -1).to_vector<float>(), (Numbers{2, 5}));
}

TEST(Axes, SeveralStandInBraces) {
  EXPECT_EQ(a.sum({0}).to_vector<float>(), (Numbers{5, 7, 9}));
  EXPECT_EQ(sum(a, {0, 1}).item(), 21);
  EXPECT_EQ(a.mean({0, -1}, true).shape(), (Shape{1, 1}));
  EXPECT_EQ(mean(a, {0}).to_vector<float>(), (Numbers{2.5, 3.5, 4.5}));
}

TEST(Axes, NoneMeansAll) {
  EXPECT_EQ(a.sum().item(), 21);
  EXPECT_EQ(a.sum({}, true).shape(), (Shape{1, 1}));
  EXPECT_EQ(mean(a, {}).item(), 3.5);
}
