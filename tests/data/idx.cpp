#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::data::parse_idx;
using namespace std::string_literals;

TEST(Idx, ReadsBytesAsNumbersFrom0To255) {
  const hs::Tensor images = parse_idx("\0\0\x08\x02\0\0\0\x02\0\0\0\x03\x00\x01\x7f\x80\xfe\xff"s, "images");
  EXPECT_EQ(images.shape(), (hs::Shape{2, 3}));
  EXPECT_EQ(images.to_vector<float>(), (std::vector<float>{0, 1, 127, 128, 254, 255}));
  const hs::Tensor labels = parse_idx("\0\0\x08\x01\0\0\0\x02\x09\xff"s, "labels", hs::int64);
  EXPECT_EQ(labels.to_vector<std::int64_t>(), (std::vector<std::int64_t>{9, 255}));
}

TEST(Idx, ReadsSignsAndBigEndianNumbers) {
  const auto read = [](const std::string& bytes) {
    return parse_idx(bytes, "numbers", hs::float64).to_vector<double>();
  };
  EXPECT_EQ(read("\0\0\x09\x01\0\0\0\x03\x7f\x80\xff"s), (std::vector<double>{127, -128, -1}));
  EXPECT_EQ(read("\0\0\x0b\x01\0\0\0\x02\x01\x02\xff\xfe"s), (std::vector<double>{258, -2}));
  EXPECT_EQ(read("\0\0\x0c\x01\0\0\0\x01\x80\0\0\0"s), (std::vector<double>{-2147483648.0}));
  EXPECT_EQ(read("\0\0\x0d\x01\0\0\0\x01\xc0\x20\0\0"s), (std::vector<double>{-2.5}));
  EXPECT_EQ(read("\0\0\x0e\x01\0\0\0\x01\x3f\xf8\0\0\0\0\0\0"s), (std::vector<double>{1.5}));
  EXPECT_EQ(read("\0\0\x08\0\x07"s), std::vector<double>{7}) << "without axes: one number";
  EXPECT_TRUE(read("\0\0\x08\x02\0\0\0\0\0\0\0\x03"s).empty());
}

TEST(Idx, SaysWhatIsWrongWithAFile) {
  const auto expect = [](const std::string& bytes, const std::string& message) {
    expect_error<hs::FileError>([&] { parse_idx(bytes, "a.idx"); }, message);
  };
  expect("\x1f\x8b\x08\0"s, "\"a.idx\" is packed by gzip; unpack it with gunzip, and read what comes out");
  const std::string no_idx =
      "\"a.idx\" is no IDX file: it does not begin with two bytes 0, a type and a number of axes";
  expect("", no_idx);
  expect("\0\0\x08"s, no_idx);
  expect("PNG!", no_idx);
  expect("\0\0\x0a\x01\0\0\0\0"s,
         "\"a.idx\" is no IDX file: its type of numbers is 10, and there are 8, 9, 11, 12, 13 and 14");
  expect("\0\0\x08\x02\0\0\0\x01"s, "\"a.idx\" ends within the lengths of its 2 axes");
  expect("\0\0\x08\x01\0\0\0\x02\x07"s,
         "\"a.idx\" has shape [2] by its header, and 1 bytes of numbers of 1 byte each");
  expect("\0\0\x0b\x01\0\0\0\x01\x07\x08\x09"s,
         "\"a.idx\" has shape [1] by its header, and 3 bytes of numbers of 2 bytes each");
  expect("\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,
         "\"a.idx\" has shape [4294967295, 4294967295] by its header, and 1 bytes of numbers of 1 byte each");
  expect("\0\0\x08\x02\0\0\0\0\0\0\0\x03\x01"s,
         "\"a.idx\" has shape [0, 3] by its header, and 1 bytes of numbers of 1 byte each");
  expect_error<hs::ValueError>([] { parse_idx("\0\0\x08\0\x07"s, "a.idx", hs::boolean); },
                               "read_idx: reads numbers, and bool was asked for; compare them after");
}
