#pragma once
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include <hindsight/tensor.hpp>

/// Operations that move numbers without computing: names, arguments and rules are PyTorch's (torch.NAME, and
/// torch.Tensor.NAME). Axes may count from the end; one that does not exist is an IndexError. Whatever can be
/// is a view, which copies nothing.
namespace hindsight {

/// One length may be −1: what is left for it.
inline Tensor reshape(const Tensor& x, const Shape& shape) { return x.reshape(shape); }
/// One axis in place of the axes from `start_axis` to `end_axis`; of a scalar [1]. Throws ShapeError when the
/// second comes before the first.
inline Tensor flatten(const Tensor& x, std::int64_t start_axis = 0, std::int64_t end_axis = -1) {
  return x.flatten(start_axis, end_axis);
}
/// Without the axes of length 1, or without `axis` if its length is 1.
inline Tensor squeeze(const Tensor& x) { return x.squeeze(); }
inline Tensor squeeze(const Tensor& x, std::int64_t axis) { return x.squeeze(axis); }
/// With a new axis of length 1 at `axis`, from −dim − 1 to dim.
inline Tensor unsqueeze(const Tensor& x, std::int64_t axis) { return x.unsqueeze(axis); }
inline Tensor transpose(const Tensor& x, std::int64_t a, std::int64_t b) { return x.transpose(a, b); }
inline Tensor permute(const Tensor& x, const Shape& axes) { return x.permute(axes); }
/// Tensor::expand: stretched to `sizes`, in which −1 keeps a length. broadcast_to is the same.
inline Tensor broadcast_to(const Tensor& x, const Shape& sizes) { return x.expand(sizes); }
/// Tensor::repeat: x, `times[i]` times along axis i, with new axes in front where there are more numbers.
/// Throws ShapeError when there are fewer than axes.
inline Tensor flip(const Tensor& x, const Shape& axes) { return x.flip(axes); }

/// The tensors one after the other along `axis`. The other lengths must be equal; dtypes promote; what has
/// the shape [0] is left out. Throws ShapeError, and ValueError when there are none.
Tensor cat(std::span<const Tensor> tensors, std::int64_t axis = 0);
inline Tensor cat(std::initializer_list<Tensor> tensors, std::int64_t axis = 0) {
  return cat(std::span(tensors.begin(), tensors.size()), axis);
}
/// Tensors of one shape along a new axis.
Tensor stack(std::span<const Tensor> tensors, std::int64_t axis = 0);
inline Tensor stack(std::initializer_list<Tensor> tensors, std::int64_t axis = 0) {
  return stack(std::span(tensors.begin(), tensors.size()), axis);
}
/// Pieces of `size` along `axis`, of which the last may be shorter; or of the given sizes, which must add up
/// to the axis' length: ShapeError otherwise.
inline std::vector<Tensor> split(const Tensor& x, std::int64_t size, std::int64_t axis = 0) {
  return x.split(size, axis);
}
inline std::vector<Tensor> split(const Tensor& x, const Shape& sizes, std::int64_t axis = 0) {
  return x.split(sizes, axis);
}
/// At most `chunks` pieces of one length (but the last). Throws ValueError when that is not positive.
inline std::vector<Tensor> chunk(const Tensor& x, std::int64_t chunks, std::int64_t axis = 0) {
  return x.chunk(chunks, axis);
}

/// `length` entries from `start` on. Throws IndexError where there are not so many.
inline Tensor narrow(const Tensor& x, std::int64_t axis, std::int64_t start, std::int64_t length) {
  return x.narrow(axis, start, length);
}
/// Entry `index`, without the axis.
inline Tensor select(const Tensor& x, std::int64_t axis, std::int64_t index) { return x.select(axis, index); }
/// The entries that a list of int64 names along `axis`. Throws IndexError for one that does not exist.
inline Tensor index_select(const Tensor& x, std::int64_t axis, const Tensor& index) {
  return x.index_select(axis, index);
}
/// For each element of `index` (int64, with as many axes as x) the element of x at that place, but at that
/// index along `axis`. `index` may be shorter than x along the others. Throws ShapeError, IndexError.
inline Tensor gather(const Tensor& x, std::int64_t axis, const Tensor& index) {
  return x.gather(axis, index);
}
/// x with the elements of `source` added where gather(x, axis, index) would read; several may meet in one
/// place.
inline Tensor scatter_add(const Tensor& x, std::int64_t axis, const Tensor& index, const Tensor& source) {
  return x.scatter_add(axis, index, source);
}
/// `value` where the bool `mask` (which broadcasts) holds, else x. Throws DTypeError for a mask that is not
/// bool, and for a fraction that is to fill integers.
inline Tensor masked_fill(const Tensor& x, const Tensor& mask, double value) {
  return x.masked_fill(mask, value);
}
/// The same with a value that is computed, and gets the gradient of what it fills. Throws ShapeError unless
/// it is a scalar.
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value);

/// torch.nn.functional.pad: `padding` is (before, after) of the last axis, then of the one before it, and so
/// on; negative numbers cut off. Mode "constant" fills with `value`; "reflect" (without the edge),
/// "replicate" (the edge) and "circular" take the input's own entries, and work along any axes. Throws
/// ValueError for another mode, ShapeError where the padding does not fit.
Tensor pad(const Tensor& x, const Shape& padding, std::string_view mode = "constant", double value = 0);
/// `x` placed at `start` along `axis` of zeros that are `length` long there: the derivative of a slice.
Tensor pad(const Tensor& x, std::int64_t axis, std::int64_t start, std::int64_t length);

/// The last two axes' entries on and below (above) a diagonal; zeros elsewhere. Throws ShapeError when there
/// are not two axes.
inline Tensor tril(const Tensor& x, std::int64_t diagonal = 0) { return x.tril(diagonal); }
inline Tensor triu(const Tensor& x, std::int64_t diagonal = 0) { return x.triu(diagonal); }
/// The entries on a diagonal of two axes, as a new last axis; `offset` > 0 lies above the main one.
inline Tensor diagonal(const Tensor& x, std::int64_t offset = 0, std::int64_t axis1 = 0,
                       std::int64_t axis2 = 1) {
  return x.diagonal(offset, axis1, axis2);
}
/// A new last axis of `classes` int64 entries (−1: as many as the largest class needs), 1 at the class of
/// each element. Throws IndexError for a class outside [0, classes), ValueError for no such number.
Tensor one_hot(const Tensor& classes_of, std::int64_t classes = -1);
/// The same as bool: what where() and masked_fill() take.
Tensor one_hot_mask(const Tensor& classes_of, std::int64_t classes = -1);

}  // namespace hindsight
