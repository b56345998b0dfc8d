-- Keys: the index. Arguments: the entry's key, its TTL in the index, the program's clock.
return join(KEYS[1], ARGV[1], ARGV[2], time(ARGV[3]))
