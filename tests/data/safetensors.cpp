#include <gtest/gtest.h>

#include <hindsight/data/safetensors.hpp>
#include <hindsight/error.hpp>

#include "expect_error.hpp"
#include "temporary_folder.hpp"

namespace data = hindsight::data;
using hindsight::FileError;
using hindsight::Shape;
using hindsight::tensor;

namespace {

/// A file with this header, its length before it, and `numbers` behind.
std::string file_with(const std::string& header, const std::string& numbers = {}) {
  std::string bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return bytes + header + numbers;
}

void expect_refused(const std::string& bytes, const std::string& reason) {
  expect_error<FileError>([&] { data::parse_safetensors(bytes, "m"); },
                          "m is no valid safetensors file: " + reason);
}

}  // namespace

// samples/by_python.safetensors was written by the format's own Python package.
TEST(Safetensors, ReadsWhatPythonHasWritten) {
  const auto content = data::read_safetensors(HINDSIGHT_TEST_DATA "/samples/by_python.safetensors");
  EXPECT_EQ(content.metadata, (std::map<std::string, std::string>{{"k", "v ü"}}));
  ASSERT_EQ(content.tensors.size(), 6U);
  EXPECT_EQ(content.tensors.at("a").shape(), (Shape{2, 3}));
  EXPECT_EQ(content.tensors.at("a").to_vector<std::int64_t>(), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(content.tensors.at("b").to_vector<bool>(), (std::vector<bool>{true, false}));
  EXPECT_EQ(content.tensors.at("c").to_vector<double>(), std::vector<double>{1.5});
  EXPECT_EQ(content.tensors.at("d").shape(), (Shape{1, 2}));
  EXPECT_EQ(content.tensors.at("d").to_vector<float>(), (std::vector<float>{2, 3}));
  EXPECT_EQ(content.tensors.at("e").shape(), (Shape{0, 3}));
  EXPECT_EQ(content.tensors.at("s").shape(), Shape{});
  EXPECT_EQ(content.tensors.at("s").item<float>(), 7);
}

// The same content gives the same bytes as Python's package gave.
TEST(Safetensors, WritesWhatPythonWrites) {
  const std::string path = HINDSIGHT_TEST_DATA "/samples/by_python.safetensors";
  EXPECT_EQ(data::safetensors_bytes(data::read_safetensors(path)), TemporaryFolder::content(path));
}

TEST(Safetensors, ComesBackFromAFile) {
  const TemporaryFolder folder;
  data::Safetensors content;
  content.tensors = {{"0.weight", tensor({{1, 2, 3}, {4, 5, 6}}).t()}, {"empty", hindsight::zeros({0})}};
  content.metadata = {{"quote", "\"\\\n"}, {"", ""}};
  data::write_safetensors(folder / "m.safetensors", content);
  const auto back = data::read_safetensors(folder / "m.safetensors");
  EXPECT_EQ(back.metadata, content.metadata);
  EXPECT_EQ(back.tensors.at("0.weight").shape(), (Shape{3, 2}));
  EXPECT_EQ(back.tensors.at("0.weight").to_vector<float>(), (std::vector<float>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(back.tensors.at("empty").elements(), 0);
}

TEST(Safetensors, StartsItsNumbersAtAMultipleOfEight) {
  for (const char* name : {"a", "ab", "abc", "abcdefgh"}) {
    const std::string bytes = data::safetensors_bytes({{{name, tensor({1.0})}}, {}});
    EXPECT_EQ(bytes.size() % 8, 4U);
    EXPECT_EQ(bytes[8], '{');
  }
}

TEST(Safetensors, RefusesAHeaderThatDoesNotFit) {
  expect_refused("", "it has 0 bytes, and begins with a length of 8");
  expect_refused("1234567", "it has 7 bytes, and begins with a length of 8");
  expect_refused(file_with("{}").substr(0, 9), "its header of 2 bytes does not fit into the file");
  expect_refused(std::string(8, '\xFF'),
                 "its header of 18446744073709551615 bytes does not fit into the file");
  expect_refused(file_with("[]"), "its header is no JSON object");
  EXPECT_THROW(data::parse_safetensors(file_with("{"), "m"), FileError);
  EXPECT_THROW(data::parse_safetensors(file_with(R"({"a":1,"a":1})"), "m"), FileError);
}

TEST(Safetensors, RefusesMetadataThatIsNoText) {
  expect_refused(file_with(R"({"__metadata__":[]})"), "\"__metadata__\" is no JSON object");
  expect_refused(file_with(R"({"__metadata__":{"k":1}})"),
                 "\"__metadata__\" holds texts only, and \"k\" is none");
}

TEST(Safetensors, RefusesFactsThatAreMissingOrWrong) {
  expect_refused(file_with(R"({"w":3})"), "tensor \"w\" is no JSON object");
  expect_refused(file_with(R"({"w":{"shape":[],"data_offsets":[0,0]}})"), "tensor \"w\" has no \"dtype\"");
  expect_refused(file_with(R"({"w":{"dtype":"F32","shape":[]}})"), "tensor \"w\" has no \"data_offsets\"");
  expect_refused(file_with(R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", "1234"),
                 "tensor \"w\" has no \"shape\"");
  expect_refused(file_with(R"({"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", "1234"),
                 "tensor \"w\": \"shape\" is [-1]");
  expect_refused(file_with(R"({"w":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", "1234"),
                 "tensor \"w\": \"shape\" is [1.0]");
  expect_error<FileError>(
      [] {
        data::parse_safetensors(file_with(R"({"w":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}})", "12"),
                                "m");
      },
      "m: tensor \"w\" is BF16, and only F32, F64, I64 and BOOL can be read; convert it");
}

TEST(Safetensors, RefusesRangesOutsideItsNumbers) {
  const std::string reason = "the range of tensor \"w\" does not lie in its 4 bytes of numbers";
  for (const char* range :
       {"[0,5]", "[4,0]", "[0]", "[0,4,4]", "[18446744073709551615,18446744073709551615]"})
    expect_refused(
        file_with(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":)" + std::string(range) + "}}", "1234"),
        reason);
}

TEST(Safetensors, RefusesShapesThatDoNotFillTheirRange) {
  for (const char* shape : {"[2]", "[0]", "[1, 1, 2]", "[4611686018427387905]", "[4294967296, 4294967297]",
                            "[0, 9223372036854775808]"})
    expect_refused(
        file_with(R"({"w":{"dtype":"F32","shape":)" + std::string(shape) + R"(,"data_offsets":[0,4]}})",
                  "1234"),
        "tensor \"w\" of shape " + std::string(shape) + " does not fill its range of 4 bytes");
  expect_refused(file_with(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}})", "12345"),
                 "tensor \"w\" of shape [1] does not fill its range of 5 bytes");
}

TEST(Safetensors, RefusesHolesAndOverlaps) {
  const auto two = [](const char* first, const char* second) {
    return file_with(R"({"v":{"dtype":"F32","shape":[1],"data_offsets":)" + std::string(first) +
                         R"(},"w":{"dtype":"F32","shape":[1],"data_offsets":)" + second + "}}",
                     "123456789012");
  };
  expect_refused(two("[0,4]", "[8,12]"),
                 "tensor \"w\" begins at byte 8 of the numbers, and the one before it ends at 4");
  expect_refused(two("[4,8]", "[0,4]"), "4 bytes follow the last tensor");
  expect_refused(two("[0,4]", "[0,4]"),
                 "tensor \"w\" begins at byte 0 of the numbers, and the one before it ends at 4");
}

TEST(Safetensors, RefusesTruthValuesThatAreNeither) {
  expect_refused(file_with(R"({"w":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}})", "\x01\x02"),
                 "tensor \"w\" is BOOL, and has bytes that are neither 0 nor 1");
}

TEST(Safetensors, RefusesToWriteNamesThatAreNotUtf8) {
  EXPECT_THROW(data::safetensors_bytes({{{"\xFF", tensor({1.0})}}, {}}), hindsight::ValueError);
}

// Whatever one byte is changed to, reading ends in content or in an error, not in a crash (run it under
// sanitizers).
TEST(Safetensors, SurvivesDamage) {
  const std::string whole = TemporaryFolder::content(HINDSIGHT_TEST_DATA "/samples/by_python.safetensors");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    EXPECT_THROW(data::parse_safetensors(whole.substr(0, at), "m"), FileError);
    for (const char byte : {'\0', '9', '"', '\xFF'}) {
      std::string damaged = whole;
      damaged[at] = byte;
      try {
        data::parse_safetensors(damaged, "m");
      } catch (const FileError&) {
      }
    }
  }
}
