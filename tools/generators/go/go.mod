module client

go 1.27.0

toolchain go1.27.4

require meet-client v0.0.0

replace meet-client => ./meet
