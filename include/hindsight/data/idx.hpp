#pragma once
#include <string>
#include <string_view>

#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// The array of an IDX file, the format of MNIST and Fashion-MNIST (http://yann.lecun.com/exdb/mnist), with
/// its numbers in `dtype`: float32 for images (bytes become 0 to 255), int64 for labels. Throws FileError
/// naming the file for bytes that are not what the format demands, and for packed ones (.gz): unpack them
/// before. Throws ValueError for bool.
Tensor read_idx(const std::string& path, DType dtype = float32);
Tensor parse_idx(std::string_view bytes, const std::string& source, DType dtype = float32);

}  // namespace hindsight::data
