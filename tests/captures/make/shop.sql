create table product (id int primary key, name varchar(40), price decimal(8,2), stock int);
insert into product values (1, 'Storm lamp', 24.50, 17), (2, 'Rope, 20 m', 12.00, 140), (3, 'Compass', 31.90, 8),
  (4, 'Tarpaulin', 18.00, 33), (5, 'Whistle', 3.20, 410), (6, 'Folding saw', 27.75, 21);
create table orders (id int primary key, product int, qty int, customer varchar(40));
insert into orders values (1001, 1, 2, 'Ada'), (1002, 3, 1, 'Grace'), (1003, 2, 5, 'Edsger');
