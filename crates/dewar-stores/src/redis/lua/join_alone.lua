-- Keys: the index. Arguments: the entry's key, life, the program's clock.
return join(KEYS[1], ARGV[1], ARGV[2], time(ARGV[3]))
