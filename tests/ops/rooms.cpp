// What every operation of the registry must pass, on the samples that its room states.
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Op;

namespace {

class Room : public testing::TestWithParam<const Op*> {
 protected:
  const Op& op() const { return *GetParam(); }
};

}  // namespace

TEST_P(Room, StatesItsFacts) {
  ASSERT_NE(op().samples, nullptr);
  EXPECT_FALSE(op().samples().empty());
  EXPECT_EQ(hs::find_operation(op().name), &op());
}

// Types, values on any layout, length and precision, first and second derivatives of every element, forward
// mode, Taylor's remainder and local derivatives: all that <hindsight/opcheck.hpp> lists.
TEST_P(Room, IsProven) {
  const hs::Opcheck proof = hs::opcheck(op(), {.first = tolerance::first_derivative,
                                               .second = tolerance::second_derivative,
                                               .rounding = tolerance::proof_rounding,
                                               .float32 = tolerance::float32_rounding});
  EXPECT_TRUE(proof.passed()) << proof.str();
  EXPECT_TRUE(proof.kinks.empty()) << "samples must avoid the kinks\n" << proof.str();
  EXPECT_TRUE(proof.first_equal > 0 || !op().is_differentiable()) << "nothing was compared";
}

INSTANTIATE_TEST_SUITE_P(All, Room, testing::ValuesIn(hs::operations()),
                         [](const auto& param_info) { return std::string(param_info.param->name); });

TEST(Registry, HoldsEveryFileOfTheFolderAndNothingElse) {
  std::set<std::string> files, names;
  for (const auto& entry : std::filesystem::directory_iterator(HINDSIGHT_SOURCE "/src/ops"))
    if (entry.path().extension() == ".cpp") files.insert(entry.path().stem().string());
  for (const Op* op : hs::operations()) names.insert(std::string(op->name));
  EXPECT_EQ(names, files);
}
