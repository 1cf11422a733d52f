"""The programs and kernels for libraries that record while they run: PyTorch and autograd.

A module for each topic, a function for each kernel, of its name. Its first argument `np` is the library: autograd's
NumPy, or PyTorch under NumPy's names (`torch_numpy.py`); the others are those of the kernel's loss, and the result
is the loss. Neither library follows writes into arrays it has recorded, so nothing here is written in place: loops
gather lists of rows or numbers and stack them. Loops over numbers are vectors where the algorithm allows.

Rows of a matrix that a loop reads are taken by `np.rows(A)`, all at once: the gradient of PyTorch's `A[i]` alone is
a whole matrix of zeros with a row in it.
"""
